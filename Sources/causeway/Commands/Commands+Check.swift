internal import Connectors
internal import Core
internal import JSON
internal import Logging
internal import Orchestration

extension Commands {
    static let check = Command(
        name: "check",
        summary: "Say whether serve would start: configuration, database, schema, key, accounts",
        options: [Command.json], needs: Serve.needs
    ) { invocation in
        for unknown in Configuration.unknown(in: invocation.environment) {
            let guess = unknown.nearest.map { "; did you mean \($0)?" } ?? ""
            Console.error("\(unknown.name) is set and means nothing\(guess)")
        }
        return Session.run(invocation) { session in
            let vault = try await session.vault()
            let directory = try await DirectoryLoader(vault: vault).load(from: session.database)
            let unusable = directory.unusableAccounts
            if invocation.wantsJSON {
                Console.json([
                    "merchants": .int(Int64(directory.merchants.count)),
                    "apps": .int(Int64(directory.apps.count)),
                    "accounts": .int(Int64(directory.accounts.count)),
                    "unusableAccounts": .array(
                        unusable.map { ["name": .string($0.name), "reason": .string($0.reason)] }),
                ])
            } else {
                Console.line(
                    "The configuration is complete, the schema is current, the master key is the right one.")
                Console.line(
                    "\(directory.merchants.count) merchants, \(directory.apps.count) apps, "
                        + "\(directory.accounts.count) provider accounts")
            }
            let refused = await findings(session, directory, invocation)
            let lines = unusable.map { "provider account \($0.name) does not work: \($0.reason)" } + refused
            guard lines.isEmpty else { throw CommandFailure(.failed, lines.joined(separator: "\n")) }
        }
    }

    /// Asks the providers that tell whether they know the accounts that are switched on; gives what they find wrong.
    private static func findings(
        _ session: Session, _ directory: Directory, _ invocation: Invocation
    ) async -> [String] {
        guard let engine = try? await session.engine() else { return [] }
        let probe = AccountProbe(engine)
        var wrong: [String] = []
        for account in directory.accounts where account.isEnabled {
            switch await probe.verdict(on: account) {
            case nil: break
            case .good:
                if !invocation.wantsJSON { Console.line("\(account.name): its provider knows it") }
            case .bad(let problem):
                wrong.append(
                    "provider account \(account.name): \(problem.pointer.dropFirst()) \(problem.detail)")
            case .undecided(let why):
                Console.error(
                    "provider account \(account.name) could not be checked with its provider: \(why)")
            }
        }
        return wrong
    }
}
