internal import Connectors
internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    private static let needs: Set<Setting.Name> = [.databaseURL, .masterKey]
    private static let accountName = Command.Argument(name: "ACCOUNT", help: "its name, or its id (pa_…)")

    static let accounts = [
        Command(
            name: "account list", summary: "List provider accounts", options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let accounts = try await session.administration().accounts()
                show(
                    accounts.map(\.json), invocation,
                    ["ID", "NAME", "CONNECTOR", "ENABLED", "PRIORITY", "STATE"]
                ) {
                    accounts.map { each in
                        [
                            each.id.text(.providerAccount), each.name, each.connector, yes(each.isEnabled),
                            String(each.priority), each.problem ?? "works",
                        ]
                    }
                }
            }
        },
        Command(
            name: "account show", summary: "Show a provider account; its secrets by name only",
            arguments: [accountName], options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                showOne(try await find(account: invocation.arguments[0], administration).json, invocation)
            }
        },
        switchAccount("account enable", "Let routing choose an account again", on: true),
        switchAccount(
            "account disable", "Send nothing new to an account; its orders under way go on", on: false),
        register, verify,
        Command(
            name: "account connectors", summary: "Describe every connector: its methods and settings",
            options: [Command.json]
        ) { invocation in
            if invocation.wantsJSON {
                Console.json(.array(ConnectorRegistry.all.map { ConnectorText.json($0.descriptor) }))
            } else {
                let texts = ConnectorRegistry.all.map { ConnectorText.lines($0.descriptor) }
                texts.joined(separator: [""]).forEach(Console.line)
            }
            return .done
        },
    ]

    private static func switchAccount(_ name: String, _ summary: String, on: Bool) -> Command {
        Command(
            name: name, summary: summary, arguments: [accountName], options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                let account = try await find(account: invocation.arguments[0], administration)
                let changed = try await administration.updateAccount(
                    account.id, ["enabled": .bool(on)], actor: Session.actor(invocation.environment))
                done("\(changed.name) is \(on ? "enabled" : "disabled").", changed.json, invocation)
            }
        }
    }

    private static let register = Command(
        name: "account register",
        summary: "Sign an account up with its provider, where that takes no web page",
        details: """
            The provider sends a code, by e-mail for instance; show it with causeway account verify. What a provider needs to
            know is told where something is missing.
            """,
        arguments: [accountName],
        options: [
            Command.Option(
                name: "email", value: "ADDRESS", help: "where the code goes; the account's own unless told"),
            Command.Option(name: "organization", value: "NAME", help: "who registers"),
            Command.Option(name: "project", value: "NAME", help: "what for"),
            Command.json,
        ],
        needs: needs
    ) { invocation in
        Session.run(invocation) { session in
            let account = try await find(account: invocation.arguments[0], session.administration())
            let desk = ProviderDesk(try await session.engine())
            let next: String
            do {
                next = try await desk.register(account.id, invocation.options.filter { $0.key != "json" })
            } catch AdministrationError.invalid(let problems) {
                throw mistakes(problems)
            }
            done("\(next) \(account.name) CODE", ["account": .string(account.name)], invocation)
        }
    }

    private static let verify = Command(
        name: "account verify", summary: "Show a provider the code that it sent, and keep the token it gives",
        arguments: [accountName, Command.Argument(name: "CODE", help: "as the provider sent it")],
        options: [Command.json], needs: needs
    ) { invocation in
        Session.run(invocation) { session in
            let account = try await find(account: invocation.arguments[0], session.administration())
            let desk = ProviderDesk(try await session.engine())
            let end: Timestamp?
            do {
                end = try await desk.verify(
                    account.id, code: invocation.arguments[1], actor: Session.actor(invocation.environment))
            } catch AdministrationError.invalid(let problems) {
                throw mistakes(problems)
            }
            let until = end.map { " until \($0.iso8601), and is renewed before" } ?? ""
            done(
                "\(account.name) is registered; its token is good\(until).",
                ["account": .string(account.name), "expiresAt": end.map { .string($0.iso8601) } ?? .null],
                invocation)
        }
    }

    static func find(account text: String, _ administration: Administration) async throws
        -> AccountView
    {
        if let id = Identifier(text, .providerAccount) { return try await administration.account(id) }
        let all = try await administration.accounts()
        return try found(all.first { $0.name == text }, "provider account", text, all.map(\.name))
    }
}

/// What a connector declares, for people and programs.
enum ConnectorText {
    static func lines(_ descriptor: ConnectorDescriptor) -> [String] {
        let settings = descriptor.settings.map { setting in
            ["    " + setting.name, kind(setting.kind) + "; " + obligation(setting), setting.help]
        }
        let methods = descriptor.methods.map { capability in
            let currency = capability.method.currency
            let amounts = [capability.minimum, capability.maximum].map { Money(minor: $0, currency).decimal }
            return [
                "    " + capability.method.rawValue, amounts.joined(separator: " to ") + " " + currency.code,
            ]
        }
        return ["\(descriptor.id): \(descriptor.name)", "  methods"] + Console.table(methods) + ["  settings"]
            + Console.table(settings)
    }

    static func json(_ descriptor: ConnectorDescriptor) -> JSON {
        let settings = descriptor.settings.map { setting -> JSON in
            [
                "name": .string(setting.name), "kind": .string(kind(setting.kind)),
                "required": .bool(setting.isRequired), "secret": .bool(setting.isSecret),
                "default": setting.fallback ?? .null, "help": .string(setting.help),
            ]
        }
        let methods = descriptor.methods.map { capability -> JSON in
            let currency = capability.method.currency
            return [
                "id": .string(capability.method.rawValue),
                "minimum": .string(Money(minor: capability.minimum, currency).decimal),
                "maximum": .string(Money(minor: capability.maximum, currency).decimal),
                "currency": .string(currency.code),
            ]
        }
        return [
            "id": .string(descriptor.id), "name": .string(descriptor.name), "methods": .array(methods),
            "settings": .array(settings),
        ]
    }

    private static func obligation(_ setting: AccountSetting) -> String {
        if let fallback = setting.fallback {
            return "default \(String(decoding: fallback.compact(), as: UTF8.self))"
        }
        return setting.isRequired ? "required" : "optional"
    }

    private static func kind(_ kind: AccountSetting.Kind) -> String {
        switch kind {
        case .text(let most): "text of at most \(most) characters"
        case .secret: "secret"
        case .url: "URL"
        case .path: "path"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .choice(let words): words.joined(separator: ", ")
        }
    }
}
