internal import Connectors
internal import Core
internal import Synchronization

/// The tokens that authorise the accounts' calls, as this process holds them; all reactors share it. However many calls
/// wait for a new token, one asks for it, and of all processes one.
public final class Sessions: Sendable {
    private let entries = Mutex<[Identifier: Entry]>([:])

    /// Nothing is held yet.
    public init() {}

    /// A token in use.
    struct Held: Sendable {
        let identity: [UInt8]
        let grant: SessionGrant
        let generation: Int64

        func isUsable(_ source: any SessionSource, at now: Timestamp) -> Bool {
            identity == source.identity && grant.expiresAt.map { now < $0 } ?? true
        }

        func isFresh(at now: Timestamp) -> Bool { grant.renewAt.map { now < $0 } ?? true }
    }

    /// Why there is no token.
    struct Unavailable: Error {
        let why: String
    }

    private struct Entry {
        var held: Held?
        /// Of whom `refused` and the failures speak: other credentials begin anew.
        var identity: [UInt8] = []
        /// The newest generation that the provider has refused.
        var refused: Int64 = -1
        /// Those that wait for the flight under way; `nil`: there is none.
        var waiting: [CheckedContinuation<Result<Held, Unavailable>, Never>]?
        /// After a failure nobody asks again before this moment.
        var quietUntil: Timestamp?
        var failures = 0
        var problem = ""
    }

    private enum Move {
        case use(Held)
        case fly(old: Held?, refused: Int64)
        case wait
        case fail(Unavailable)
    }

    /// After a failure in a row of so many nobody asks for so long.
    private static func pause(after failures: Int) -> Duration { .milliseconds(500 << min(failures, 6)) }

    /// A token that works as far as is known.
    func token(
        of account: ProviderAccount, _ source: any SessionSource, _ engine: Engine
    ) async throws(Unavailable) -> Held {
        let outcome: Result<Held, Unavailable>
        switch entries.withLock({ move(&$0[account.id, default: Entry()], source, engine.clock.now()) }) {
        case .use(let held): return held
        case .fail(let error): throw error
        case .fly(let old, let refused):
            outcome = await SessionFlight(account: account, source: source, engine: engine)
                .run(old: old, refused: refused)
            land(outcome, account.id, at: engine.clock.now())
        case .wait:
            outcome = await withCheckedContinuation { continuation in
                let isOver = entries.withLock { entries in
                    guard entries[account.id]?.waiting != nil else { return true }
                    entries[account.id]?.waiting?.append(continuation)
                    return false
                }
                // The flight has ended in between: what it brought is there, or its failure is.
                if isOver { continuation.resume(returning: entries.withLock { Self.last($0[account.id]) }) }
            }
        }
        return try outcome.get()
    }

    /// The provider has refused a token: it is not used again.
    func refuse(_ held: Held, of account: Identifier) {
        entries.withLock { entries in
            var entry = entries[account, default: Entry()]
            entry.refused = max(entry.refused, held.generation)
            if let current = entry.held, current.generation <= entry.refused { entry.held = nil }
            entries[account] = entry
        }
    }

    private func move(_ entry: inout Entry, _ source: any SessionSource, _ now: Timestamp) -> Move {
        if entry.identity != source.identity {
            entry.identity = source.identity
            entry.refused = -1
            entry.quietUntil = nil
            entry.failures = 0
        }
        let usable = entry.held.flatMap { $0.isUsable(source, at: now) ? $0 : nil }
        if let usable, usable.isFresh(at: now) { return .use(usable) }
        // While a new one is asked for, the old one serves as long as it works.
        if entry.waiting != nil { return usable.map(Move.use) ?? .wait }
        if let quiet = entry.quietUntil, now < quiet {
            return usable.map(Move.use) ?? .fail(Unavailable(why: entry.problem))
        }
        entry.waiting = []
        return .fly(old: usable, refused: entry.refused)
    }

    private func land(_ outcome: Result<Held, Unavailable>, _ account: Identifier, at now: Timestamp) {
        let waiting = entries.withLock { entries in
            var entry = entries[account, default: Entry()]
            let waiting = entry.waiting ?? []
            entry.waiting = nil
            switch outcome {
            case .success(let held):
                entry.held = held.generation > entry.refused ? held : nil
                // An old one that serves on: a new one is asked for again after a while.
                entry.failures = held.isFresh(at: now) ? 0 : entry.failures + 1
                entry.quietUntil = held.isFresh(at: now) ? nil : now + Self.pause(after: entry.failures)
                entry.problem = ""
            case .failure(let error):
                entry.quietUntil = now + Self.pause(after: entry.failures)
                entry.failures += 1
                entry.problem = error.why
            }
            entries[account] = entry
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    private static func last(_ entry: Entry?) -> Result<Held, Unavailable> {
        if let held = entry?.held { return .success(held) }
        return .failure(Unavailable(why: entry?.problem ?? ""))
    }
}
