internal import Core
internal import JSON
internal import Logging
internal import Orchestration

extension Commands {
    private static let needs: Set<Setting.Name> = [.databaseURL, .masterKey]
    static let file = Command.Argument(name: "FILE", help: "the document; - for standard input")
    static let why = Command.Option(name: "why", value: "TEXT", help: "why, for the history")

    static let rules = [
        Command(
            name: "rules show", summary: "Show the routing rules in force, or an earlier version",
            options: [
                Command.Option(name: "revision", value: "NUMBER", help: "that version instead"), Command.json,
            ], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let book = try await session.rules()
                var version = try await book.current()
                if let wanted = try revision(invocation) {
                    version = try await book.history(before: wanted + 1, limit: 1).first {
                        $0.revision == wanted
                    }
                    if version == nil {
                        throw CommandFailure(
                            .failed, "There is no revision \(wanted). See causeway rules history")
                    }
                }
                guard let version else {
                    if invocation.wantsJSON { return Console.json(["revision": 0]) }
                    return Console.line(
                        "There are no rules: payments go by the accounts' priority. See docs/routing.md.")
                }
                if invocation.wantsJSON { return Console.json(version.json()) }
                Console.line(
                    "Revision \(version.revision), by \(version.by), \(version.at.iso8601): \(version.why)")
                Console.indented(version.document).forEach(Console.line)
            }
        },
        Command(
            name: "rules check", summary: "Say what is wrong with a document of routing rules",
            arguments: [file], options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let problems = try await session.rules().check(try document(invocation))
                if invocation.wantsJSON {
                    Console.json(
                        .array(
                            problems.map {
                                ["pointer": .string($0.pointer), "detail": .string($0.detail)]
                            }))
                }
                guard problems.isEmpty else {
                    throw CommandFailure(
                        .configuration,
                        problems.map { "\($0.pointer.isEmpty ? "/" : $0.pointer) \($0.detail)" }
                            .joined(separator: "\n"))
                }
                if !invocation.wantsJSON {
                    Console.line("The document is right. Put it in force with: causeway rules apply")
                }
            }
        },
        Command(
            name: "rules apply", summary: "Put a document of routing rules in force",
            details:
                "It is checked in full first. Running processes go by it within a second; orders that were made before keep their decision.",
            arguments: [file], options: [why, Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let (version, isNew) = try await session.rules().apply(
                    try document(invocation), basedOn: nil, why: try reason(invocation),
                    actor: Session.actor(invocation.environment))
                done(
                    isNew
                        ? "Revision \(version.revision) is in force."
                        : "Nothing changes: it is in force already.",
                    ["changed": .bool(isNew), "version": version.json()], invocation)
            }
        },
        Command(
            name: "rules history", summary: "List the versions of the routing rules, newest first",
            options: [
                Command.Option(name: "limit", value: "COUNT", help: "1 to 100; 20 unless told"), Command.json,
            ], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let limit = invocation.options["limit"].map { Int($0) ?? 0 } ?? 20
                guard (1...100).contains(limit) else {
                    throw CommandFailure(.usage, "--limit must be a whole number from 1 to 100")
                }
                let versions = try await session.rules().history(before: nil, limit: limit)
                show(
                    versions.map { $0.json(isWhole: false) }, invocation, ["REVISION", "AT", "BY", "WHY"]
                ) {
                    versions.map { [String($0.revision), $0.at.iso8601, $0.by, $0.why] }
                }
            }
        },
        Command(
            name: "rules rollback", summary: "Put an earlier version of the routing rules in force again",
            arguments: [Command.Argument(name: "REVISION", help: "its number, from causeway rules history")],
            options: [why, Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                guard let wanted = Int64(invocation.arguments[0]), wanted > 0 else {
                    throw CommandFailure(.usage, "REVISION must be a number from causeway rules history")
                }
                let (book, why) = (try await session.rules(), try reason(invocation))
                let version: RuleBook.Version
                let isNew: Bool
                do throws(AdministrationError) {
                    (version, isNew) = try await book.rollback(
                        to: wanted, why: why, actor: Session.actor(invocation.environment))
                } catch {
                    guard case .notFound = error else { throw error }
                    throw CommandFailure(
                        .failed, "There is no revision \(wanted). See causeway rules history")
                }
                done(
                    isNew
                        ? "Revision \(version.revision) is in force, with the words of \(wanted)."
                        : "Nothing changes: it is in force already.",
                    ["changed": .bool(isNew), "version": version.json()], invocation)
            }
        },
        Command(
            name: "rules scores",
            summary: "Show what was learned of the accounts, and the constants by which it is",
            options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let told = Orders(try await session.engine(), agenda: Agenda()).scores()
                if invocation.wantsJSON { return Console.json(told) }
                ScoresText.lines(told).forEach(Console.line)
            }
        },
        Command(
            name: "rules simulate", summary: "Say where a payment would go, and why; nothing is made",
            options: [
                Command.Option(name: "method", value: "METHOD", help: "such as THB_QR"),
                Command.Option(name: "amount", value: "AMOUNT", help: "in the method's currency"),
                Command.Option(name: "merchant", value: "MERCHANT", help: "its name or id"),
                Command.Option(name: "app", value: "APP", help: "merchant/app, or its id"),
                Command.Option(name: "bank", value: "CODE", help: "the counterparty's bank"),
                Command.Option(name: "customer", value: "ID", help: "the merchant's id of its customer"),
                Command.Option(name: "at", value: "TIME", help: "RFC 3339; now unless told"),
                Command.Option(
                    name: "rules", value: "FILE", help: "by this document, not by the one in force"),
                Command.json,
            ], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                var described = try described(invocation)
                let engine = try await session.engine()
                try name(&described, invocation, engine.directory.current)
                await engine.readFunds()
                let orders = Orders(engine, agenda: Agenda())
                do throws(OrderError) {
                    DecisionText.show(
                        try orders.simulate(described), described.method.currency, invocation)
                } catch {
                    guard case .invalid(let problems) = error else {
                        throw CommandFailure(.failed, "\(error)")
                    }
                    throw CommandFailure(
                        .configuration,
                        problems.map { "\($0.pointer) \($0.detail)" }.joined(separator: "\n"))
                }
            }
        },
    ]

    static let explain = Command(
        name: "order explain", summary: "Say why an order went where it went",
        arguments: [Command.Argument(name: "ORDER", help: "its id (tx_…)")], options: [Command.json],
        needs: needs
    ) { invocation in
        Session.run(invocation) { session in
            guard let id = Identifier(invocation.arguments[0], .transaction) else {
                throw CommandFailure(.usage, "ORDER must be an order's id: tx_ and 26 letters and digits")
            }
            let orders = Orders(try await session.engine(), agenda: Agenda())
            let told: JSON
            do throws(OrderError) { told = try await orders.explain(id) } catch {
                if case .notFound = error { throw CommandFailure(.failed, "There is no such order.") }
                throw CommandFailure(.failed, "The database does not answer.")
            }
            if invocation.wantsJSON { return Console.json(told) }
            let method = told["paymentMethodId"]?.stringValue.flatMap(PaymentMethod.init(rawValue:))
            DecisionText.show(told["decision"] ?? .null, method?.currency, invocation)
            if let shadow = told["shadow"], !shadow.isNull {
                Console.line("The shadow, which decides nothing, says:")
                DecisionText.lines(shadow, method?.currency).forEach { Console.line("  " + $0) }
            }
            let attempts = told["attempts"]?.arrayValue ?? []
            if attempts.isEmpty { return Console.line("Nothing was sent.") }
            let rows = attempts.map { attempt in
                ["attempt", "account", "state", "reason", "createdAt"].map {
                    DecisionText.text(attempt[$0])
                }
            }
            Console.table([["ATTEMPT", "ACCOUNT", "STATE", "REASON", "AT"]] + rows).forEach(Console.line)
            let passedOver = (told["passedOver"]?.arrayValue ?? []).map { candidate in
                ["account", "reason", "at"].map { DecisionText.text(candidate[$0]) }
            }
            guard !passedOver.isEmpty else { return }
            Console.table([["PASSED OVER", "REASON", "AT"]] + passedOver).forEach(Console.line)
        }
    }

    private static func revision(_ invocation: Invocation) throws(CommandFailure) -> Int64? {
        guard let text = invocation.options["revision"] else { return nil }
        guard let number = Int64(text), (1..<Int64.max).contains(number) else {
            throw CommandFailure(.usage, "--revision must be a number from causeway rules history")
        }
        return number
    }

    static func reason(_ invocation: Invocation) throws(CommandFailure) -> String {
        guard let why = invocation.options["why"], (1...500).contains(why.count) else {
            throw CommandFailure(.usage, "--why is missing or too long: say why, in at most 500 characters")
        }
        return why
    }

    private static func document(_ invocation: Invocation) throws(CommandFailure) -> JSON {
        try json(invocation.arguments[0])
    }

    static func json(_ path: String) throws(CommandFailure) -> JSON {
        do {
            return try JSON.parse(try Files.read(path)[...], limits: JSON.Limits(bytes: Files.bytesMax))
        } catch let error as Files.Failure {
            throw CommandFailure(.configuration, "\(path) cannot be read: \(error.reason)")
        } catch {
            throw CommandFailure(.configuration, "\(path) is not a JSON document: \(error)")
        }
    }

    private static func described(_ invocation: Invocation) throws(CommandFailure) -> RoutingCase {
        let options = invocation.options
        guard let method = options["method"].flatMap(PaymentMethod.init(rawValue:)) else {
            let known = PaymentMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(.usage, "--method must be one of: \(known)")
        }
        guard let amount = options["amount"].flatMap({ try? Money(decimal: $0, method.currency) }),
            amount.minor > 0
        else {
            throw CommandFailure(
                .usage,
                "--amount must be a number greater than zero with at most \(method.currency.exponent) decimals"
            )
        }
        var described = RoutingCase(method, amount)
        (described.bank, described.customer) = (options["bank"], options["customer"])
        if let text = options["at"] {
            guard let at = Timestamp(iso8601: text) else {
                throw CommandFailure(
                    .usage, "--at must be a time as in RFC 3339, such as 2026-11-22T15:00:00Z")
            }
            described.at = at
        }
        if let path = options["rules"] { described.document = try json(path) }
        return described
    }

    /// Whose payment it is, by name or id. An app says whose merchant's it is.
    private static func name(
        _ described: inout RoutingCase, _ invocation: Invocation, _ directory: Directory
    ) throws(CommandFailure) {
        if let text = invocation.options["app"] {
            let name = { (app: App) in "\(directory.merchants[app.merchant]?.name ?? "?")/\(app.name)" }
            let app = try found(
                directory.apps.values.first { name($0) == text || $0.id == Identifier(text, .app) }, "app",
                text,
                directory.apps.values.map(name))
            (described.app, described.merchant) = (app.id, app.merchant)
        }
        if let text = invocation.options["merchant"] {
            let merchant = try merchant(text, directory)
            guard described.merchant == nil || described.merchant == merchant.id else {
                throw CommandFailure(.usage, "--app must be one of --merchant's")
            }
            described.merchant = merchant.id
        }
    }
}

extension Session {
    /// The routing rules.
    func rules() async throws -> RuleBook {
        RuleBook(database: database, vault: try await vault(), clock: SystemTime.clock)
    }
}

/// A decision, for people.
enum DecisionText {
    static func show(_ decision: JSON, _ currency: Currency?, _ invocation: Invocation) {
        if invocation.wantsJSON { return Console.json(decision) }
        lines(decision, currency).forEach(Console.line)
    }

    /// - Parameter currency: that its costs are in.
    static func lines(_ decision: JSON, _ currency: Currency?) -> [String] {
        let rule = decision["rule"]?.stringValue.map { "rule '\($0)'" } ?? "no rule: the accounts' priority"
        let revision = decision["revision"]?.int64.map { " of revision \($0)" } ?? ""
        var lines = ["By \(rule)\(revision); strategy \(text(decision["strategy"]))."]
        if decision["degraded"]?.boolValue == true {
            lines.append("Every account fails too much: the least bad one goes first.")
        }
        let candidates = decision["candidates"]?.arrayValue ?? []
        let excluded = decision["excluded"]?.arrayValue ?? []
        var rows = [["PLACE", "ACCOUNT", "BECAUSE"]]
        for (index, candidate) in candidates.enumerated() {
            rows.append([String(index + 1), text(candidate["account"]), reasons(candidate, currency)])
        }
        rows += excluded.map { ["out", text($0["account"]), text($0["reason"])] }
        lines += Console.table(rows)
        if candidates.isEmpty { lines.append("Nobody takes it.") }
        return lines
    }

    /// What put a candidate in its place; the parts of a score are said like what stands alone.
    private static func reasons(_ candidate: JSON, _ currency: Currency?) -> String {
        var words: [String] = []
        for (name, value) in candidate.objectValue?.members ?? [] where !name.hasPrefix("account") {
            words += (value.objectValue?.members ?? [(name, value)]).map { part in
                guard amounts.contains(part.key), let minor = part.value.int64, let currency else {
                    return "\(part.key) \(text(part.value))"
                }
                return "\(part.key) \(Money(minor: minor, currency).decimal) \(currency.code)"
            }
        }
        return words.joined(separator: ", ")
    }

    /// What of a score is money, in minor units.
    private static let amounts: Set<String> = ["cost", "expected"]

    static func text(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "-" }
        return value.stringValue ?? String(decoding: value.compact(), as: UTF8.self)
    }
}
