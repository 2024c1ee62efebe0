internal import Core
internal import JSON
internal import Logging
internal import Orchestration

extension Commands {
    private static let needs: Set<Setting.Name> = [.databaseURL, .masterKey]
    private static let options = [
        Command.Option(name: "method", value: "METHOD", help: "such as THB_QR; all of them unless told"),
        Command.Option(name: "why", value: "TEXT", help: "why, for the audit log"), Command.json,
    ]

    static let breakers = [
        Command(
            name: "breaker list", summary: "List the breakers of the provider accounts",
            options: [Command.json], needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let engine = try await session.engine()
                await engine.readHealth()
                let breakers = engine.breakers()
                show(
                    breakers.map(\.json), invocation,
                    ["ACCOUNT", "METHOD", "STATE", "SINCE", "TRIED", "WHY", "BY"]
                ) {
                    breakers.map { each in
                        [
                            each.name, each.method.rawValue, each.state.rawValue,
                            each.since?.iso8601 ?? "-", each.triesAt?.iso8601 ?? "-", each.why ?? "-",
                            each.by ?? "-",
                        ]
                    }
                }
            }
        },
        command(
            "breaker open", "Keep payments from an account until its breaker is reset",
            details: "None goes there, not even where nobody else takes it. Its orders under way go on.",
            state: "switched_off", said: "is open until you reset it"
        ) { panel, account, method, why, actor in
            try await panel.open(account, method, why: why, actor: actor)
        },
        command(
            "breaker reset", "Close an account's breaker, and forget what failed before",
            details: "In all processes, whether it opened by itself or by hand.",
            state: "closed", said: "is closed, and what failed before is forgotten"
        ) { panel, account, method, why, actor in
            try await panel.reset(account, method, why: why, actor: actor)
            return true
        },
    ]

    /// Whether something changed.
    private typealias Say =
        @Sendable (BreakerPanel, Identifier, _ method: String?, _ why: String, _ actor: String) async throws
        -> Bool

    private static func command(
        _ name: String, _ summary: String, details: String, state: String, said: String, _ say: @escaping Say
    ) -> Command {
        Command(
            name: name, summary: summary, details: details,
            arguments: [Command.Argument(name: "ACCOUNT", help: "its name, or its id (pa_…)")],
            options: options, needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let account = try await find(account: invocation.arguments[0], session.administration())
                let (method, why) = (invocation.options["method"], try reason(invocation))
                let panel = BreakerPanel(database: session.database, clock: SystemTime.clock)
                let isNew: Bool
                do {
                    isNew = try await say(
                        panel, account.id, method, why, Session.actor(invocation.environment))
                } catch AdministrationError.invalid(let problems) {
                    throw CommandFailure(
                        .usage, problems.map { "--method \($0.detail)" }.joined(separator: "\n"))
                }
                let whose = "The breaker of \(account.name)" + (method.map { " for \($0)" } ?? "")
                done(
                    isNew ? "\(whose) \(said)." : "Nothing changes: it is so already.",
                    [
                        "changed": .bool(isNew), "accountId": .string(account.id.text(.providerAccount)),
                        "paymentMethodId": method.map(JSON.string) ?? .null, "state": .string(state),
                    ], invocation)
            }
        }
    }
}
