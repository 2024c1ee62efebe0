internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    private static let needs: Set<Setting.Name> = [.databaseURL, .masterKey]
    private static let merchantName = Command.Argument(name: "MERCHANT", help: "its name, or its id (me_…)")
    private static let appName = Command.Argument(name: "APP", help: "merchant/app by name, or its id (ap_…)")
    private static let credentials = Command.Option(
        name: "credentials", value: "PATH",
        help: "append the keys to this file, readable by its owner alone, instead of showing them")

    static let merchants = [
        Command(name: "merchant list", summary: "List merchants", options: [Command.json], needs: needs) {
            invocation in
            Session.run(invocation) { session in
                let merchants = try await session.administration().merchants()
                show(merchants.map(\.json), invocation, ["ID", "NAME", "ENABLED", "APPS", "DISPLAY NAME"]) {
                    merchants.map { each in
                        [
                            each.id.text(.merchant), each.merchant.name, yes(each.merchant.isEnabled),
                            String(each.apps.count), each.merchant.displayName,
                        ]
                    }
                }
            }
        },
        Command(
            name: "merchant show", summary: "Show a merchant with its apps", arguments: [merchantName],
            options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                showOne(try await find(merchant: invocation.arguments[0], administration).json, invocation)
            }
        },
    ]

    static let apps = [
        Command(
            name: "app list", summary: "List apps",
            arguments: [
                Command.Argument(
                    name: "MERCHANT", help: "only this merchant's: its name, or its id", isOptional: true)
            ],
            options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                var merchant: Identifier?
                if let name = invocation.arguments.first {
                    merchant = try await find(merchant: name, administration).id
                }
                let apps = try await administration.apps(of: merchant)
                show(apps.map(\.json), invocation, ["ID", "MERCHANT", "NAME", "ENABLED"]) {
                    apps.map { [$0.id.text(.app), $0.merchantName, $0.name, yes($0.isEnabled)] }
                }
            }
        },
        Command(
            name: "app create", summary: "Make an app of a merchant; its keys are shown once",
            arguments: [
                merchantName,
                Command.Argument(name: "NAME", help: "what it is called, unique within the merchant"),
            ],
            options: [credentials, Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                let merchant = try await find(merchant: invocation.arguments[0], administration)
                try CredentialsFile.prepare(invocation.options["credentials"])
                let made = try await administration.createApp(
                    of: merchant.id, ["name": .string(invocation.arguments[1])],
                    actor: Session.actor(invocation.environment))
                tell(made.keys.map { [$0] } ?? [], invocation)
            }
        },
        Command(
            name: "app rotate",
            summary: "Give an app new keys, shown once; the old ones stop to work at once",
            details:
                "Access tokens that it has run out within 15 minutes; its refresh tokens stop to work at once.",
            arguments: [appName], options: [credentials, Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                let app = try await find(app: invocation.arguments[0], administration)
                try CredentialsFile.prepare(invocation.options["credentials"])
                let keys = try await administration.rotateKeys(
                    of: app.id, actor: Session.actor(invocation.environment))
                tell([keys], invocation)
            }
        },
        switchApp("app enable", "Let an app call again", on: true),
        switchApp("app disable", "Keep an app from calling, at once", on: false),
    ]

    private static func switchApp(_ name: String, _ summary: String, on: Bool) -> Command {
        Command(
            name: name, summary: summary, arguments: [appName], options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let administration = try await session.administration()
                let app = try await find(app: invocation.arguments[0], administration)
                let changed = try await administration.updateApp(
                    app.id, ["enabled": .bool(on)], actor: Session.actor(invocation.environment))
                done(
                    "\(changed.merchantName)/\(changed.name) is \(on ? "enabled" : "disabled").",
                    changed.json, invocation)
            }
        }
    }

    private static func tell(_ keys: [IssuedKeys], _ invocation: Invocation) {
        let path = invocation.options["credentials"]
        let areSaved = CredentialsFile.save(keys, to: path)
        if invocation.wantsJSON {
            let shown = keys.map { key in
                areSaved
                    ? .object((key.json.objectValue ?? [:]).removing("accessKey", "secretKey")) : key.json
            }
            shown.forEach(Console.json)
        } else {
            ReportText.keys(keys, areSaved ? path : nil).forEach(Console.line)
        }
    }

    private static func find(
        merchant text: String, _ administration: Administration
    ) async throws -> MerchantView {
        if let id = Identifier(text, .merchant) { return try await administration.merchant(id) }
        let all = try await administration.merchants()
        return try found(all.first { $0.merchant.name == text }, "merchant", text, all.map(\.merchant.name))
    }

    private static func find(app text: String, _ administration: Administration) async throws -> AppView {
        if let id = Identifier(text, .app) { return try await administration.app(id) }
        let all = try await administration.apps()
        return try found(
            all.first { "\($0.merchantName)/\($0.name)" == text }, "app", text,
            all.map { "\($0.merchantName)/\($0.name)" })
    }
}
