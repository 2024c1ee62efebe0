internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    static let shadow = [
        Command(
            name: "rules shadow", summary: "Ask a document of routing rules beside those in force",
            details:
                "For a share of new orders it is written down how it would have decided; where they go, it changes nothing. One runs at a time.",
            arguments: [file],
            options: [
                Command.Option(name: "share", value: "PERCENT", help: "of all orders: 1 to 100"), why,
                Command.json,
            ], needs: [.databaseURL, .masterKey]
        ) { invocation in
            Session.run(invocation) { session in
                let document = try json(invocation.arguments[0])
                guard let share = invocation.options["share"].flatMap({ Int($0) }), (1...100).contains(share)
                else {
                    throw CommandFailure(.usage, "--share must be a whole number from 1 to 100, in per cent")
                }
                let book = try await session.rules()
                let why = try words(invocation)
                let told: JSON
                do throws(AdministrationError) {
                    told = try await book.startShadow(
                        document, share: share, why: why,
                        actor: Session.actor(invocation.environment))
                } catch { throw pointed(error) }
                let isNew = told["changed"]?.boolValue == true
                done(
                    isNew
                        ? "It is asked for \(share) % of new orders. What it says: causeway rules shadow status"
                        : "Nothing changes: it runs already.", told, invocation)
            }
        },
        Command(
            name: "rules shadow status", summary: "Say what the shadow would have decided otherwise",
            options: [Command.json], needs: [.databaseURL, .masterKey]
        ) { invocation in
            Session.run(invocation) { session in
                let told = try await session.rules().shadow()
                if invocation.wantsJSON { return Console.json(told) }
                ShadowText.lines(told).forEach(Console.line)
            }
        },
        Command(
            name: "rules shadow stop", summary: "Ask the shadow no more; what it said is kept",
            options: [why, Command.json], needs: [.databaseURL, .masterKey]
        ) { invocation in
            Session.run(invocation) { session in
                let told = try await session.rules().stopShadow(
                    why: try words(invocation), actor: Session.actor(invocation.environment))
                let isNew = told["changed"]?.boolValue == true
                done(isNew ? "The shadow is stopped." : "Nothing changes: none runs.", told, invocation)
            }
        },
    ]

    private static func words(_ invocation: Invocation) throws(CommandFailure) -> String {
        invocation.options["why"] == nil ? "" : try reason(invocation)
    }

    /// The document is the file: pointers begin there.
    private static func pointed(_ error: AdministrationError) -> any Error {
        guard case .invalid(let problems) = error else { return error }
        return CommandFailure(
            .configuration,
            problems.map { problem in
                let pointer = problem.pointer.dropFirst("/document".count)
                return "\(pointer.isEmpty ? "/" : pointer) \(problem.detail)"
            }.joined(separator: "\n"))
    }
}

/// What a shadow said, for people.
enum ShadowText {
    static func lines(_ told: JSON) -> [String] {
        guard let version = told["version"], !version.isNull else {
            return ["No shadow was ever asked. Begin with: causeway rules shadow FILE --share 10"]
        }
        let text = DecisionText.text
        let state =
            told["running"]?.boolValue == true
            ? "runs"
            : version["readable"]?.boolValue == false
                ? "cannot be read by this version, and does not run" : "is stopped"
        var lines = [
            "Revision \(text(version["revision"])) \(state): \(text(version["share"])) % of orders since \(text(version["at"])), by \(text(version["by"]))."
        ]
        if let why = version["why"]?.stringValue, !why.isEmpty { lines.append(why) }
        let (orders, differ) = (told["orders"]?.int64 ?? 0, told["differ"]?.int64 ?? 0)
        let scope = told["whole"]?.boolValue == true ? "" : "newest "
        lines.append(
            "Of the \(scope)\(orders) orders that it was asked about, \(differ) would have gone elsewhere.")
        let moves = told["moves"]?.arrayValue ?? []
        if moves.isEmpty { return lines }
        let rows = moves.map { move in
            let stays = move["differs"]?.boolValue == false
            let target = move["toAccount"]?.isNull == true ? "nobody" : text(move["toAccount"])
            return [text(move["paymentMethodId"]), text(move["fromAccount"]), stays ? "stay" : target]
                + ["orders", "succeeded", "ended", "open"].map { text(move[$0]) }
        }
        let heading = ["METHOD", "WENT TO", "INSTEAD", "ORDERS", "SUCCEEDED", "NOT PAID", "OPEN"]
        return lines + [""] + Console.table([heading] + rows)
    }
}
