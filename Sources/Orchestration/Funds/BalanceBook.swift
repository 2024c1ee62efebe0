public import Core
internal import Routing
internal import Synchronization

/// What a provider last told of an account, and what payouts on the way take of it.
public struct KnownAccount: Sendable, Hashable {
    /// What may be paid out, in minor units of the account's payouts.
    public var balance: Int64?
    /// When it was asked for.
    public var balanceAt: Timestamp?
    /// What payouts take that the balance does not show yet, in minor units.
    public var reserved: Int64
    /// The codes of banks that are not served now.
    public var unservedBanks: Set<String>
    /// When the provider told them.
    public var banksAt: Timestamp?

    /// What payouts may still take, as far as was read.
    public var available: Int64? { balance.map { $0 - reserved } }
}

/// The accounts' balances and banks as this process last read them, with the payouts that it has committed since.
public final class BalanceBook: Sendable {
    private let state = Mutex(State())
    /// Providers that payments wait for, by account.
    let questions = SharedWork<Identifier, Void>()

    /// No provider is asked more often than that for payments that wait.
    private static let questionPause: Duration = .seconds(1)

    private struct State {
        var known: [Identifier: KnownAccount] = [:]
        /// By attempt.
        var pending: [Identifier: Pending] = [:]
        /// What they come to, by account.
        var held: [Identifier: Int64] = [:]
        /// When a provider refused a payout for want of money.
        var suspects: [Identifier: Timestamp] = [:]
        /// When a provider was last asked for payments that wait, or will be.
        var questionedAt: [Identifier: Timestamp] = [:]
        var mark = 0
        var readAt = 0

        mutating func drop(_ attempt: Identifier) {
            guard let pending = pending.removeValue(forKey: attempt) else { return }
            let left = held[pending.account, default: 0] - pending.amount
            held[pending.account] = left == 0 ? nil : left
        }
    }

    private struct Pending {
        let account: Identifier
        let amount: Int64
        /// Readings that were begun after this have it.
        var committedAt: Int?
    }

    /// What was last read of an account.
    public func known(of account: Identifier) -> KnownAccount? { state.withLock { $0.known[account] } }

    // MARK: Reading

    /// To be called before a reading, for `replace`.
    func mark() -> Int {
        state.withLock { state in
            state.mark += 1
            return state.mark
        }
    }

    /// Takes what was read. Readings may cross: the one begun later saw more.
    func replace(_ known: [Identifier: KnownAccount], asOf mark: Int) {
        state.withLock { state in
            guard mark > state.readAt else { return }
            state.readAt = mark
            state.known = known
            for (attempt, pending) in state.pending {
                if let committedAt = pending.committedAt, committedAt < mark { state.drop(attempt) }
            }
        }
    }

    // MARK: Reserving

    /// Holds money for a payout that is about to be committed, so that another decision of this process does not count on it.
    func reserve(_ amount: Int64, for attempt: Identifier, of account: Identifier) {
        state.withLock { state in
            state.pending[attempt] = Pending(account: account, amount: amount)
            state.held[account, default: 0] += amount
        }
    }

    /// It is committed: the next reading has it.
    func commit(_ attempt: Identifier) {
        state.withLock { state in
            guard state.pending[attempt] != nil else { return }
            state.mark += 1
            state.pending[attempt]?.committedAt = state.mark
        }
    }

    /// It was not committed.
    func release(_ attempt: Identifier) { state.withLock { $0.drop(attempt) } }

    /// The provider says that there is not enough: what was told before is not believed any more.
    func suspect(_ account: Identifier, at now: Timestamp) { state.withLock { $0.suspects[account] = now } }

    /// Whether nothing was ever told of an account, and no payment of this process has waited for it.
    func isNews(_ account: Identifier) -> Bool {
        state.withLock { $0.questionedAt[account] == nil && $0.known[account]?.balance == nil }
    }

    /// How long to wait before a provider is asked for payments that wait: not right after it was. To be followed by the question.
    func questionDelay(_ account: Identifier, at now: Timestamp) -> Duration {
        state.withLock { state in
            var delay = Duration.zero
            if let last = state.questionedAt[account], last <= now {
                delay = max(.zero, Self.questionPause - (now - last))
            }
            state.questionedAt[account] = now + delay
            return delay
        }
    }

    // MARK: Judging

    /// What an account can pay out.
    ///
    /// - Parameter oldest: balances that were asked for before are not known any more.
    func funds(of account: Identifier, since oldest: Timestamp) -> Contender.Funds {
        state.withLock { state in
            guard let known = state.known[account], let balance = known.balance, let at = known.balanceAt,
                at >= oldest, state.suspects[account].map({ $0 < at }) ?? true
            else { return .unknown }
            return .available(balance - known.reserved - state.held[account, default: 0])
        }
    }

    /// Whether an account's provider has said that it does not serve a bank now.
    ///
    /// - Parameter oldest: what was told before is not known any more.
    func isUnserved(_ bank: String, by account: Identifier, since oldest: Timestamp) -> Bool {
        state.withLock { state in
            guard let known = state.known[account], let at = known.banksAt, at >= oldest else { return false }
            return known.unservedBanks.contains(bank)
        }
    }
}

/// What keeps accounts from payments for want of room or money, as far as this process knows. Shared by its reactors.
public final class Funds: Sendable {
    /// Room.
    public let caps = CapBook()
    /// Money, and the banks.
    public let balances = BalanceBook()

    /// Nothing is known.
    public init() {}
}
