internal import Dispatch

/// All that the sandbox knows, behind one lock, and what happens in it over time.
///
/// Signing, checking and sending happen outside the lock; only looking up and noting down happens inside.
final class World: Sendable {
    struct State: Sendable {
        var settings = Settings()
        /// Counts resets: a timer set before one finds another number and does nothing.
        var era = 0
        var accounts: [AccountKey: Account] = [:]
        var orders: [String: Order] = [:]
        /// Keys of `references` in the order of their arrival.
        var referenceOrder: [ReferenceKey] = []
        var references: [ReferenceKey: ReferenceRecord] = [:]
        /// Payable amounts taken by open deposits, with the moment they become free.
        var takenAmounts: [TakenAmount: Moment] = [:]
        var ordersByQR: [String: String] = [:]
        var planned: [PlannedBehaviour] = []
        var requests = Recent<RequestRecord>()
        var callbacks = Recent<CallbackRecord>()
        var serial: Int64 = 0
        var bakong = BakongBooks()
        var kess = KESSBooks()
    }

    struct ReferenceKey: Sendable, Hashable {
        var account: AccountKey
        var reference: String
    }

    struct TakenAmount: Sendable, Hashable {
        var account: AccountKey
        var amount: Amount
    }

    let state: Locked<State>
    let courier = Courier()
    let journal: Journal
    let startedAt = Moment.now

    init(accounts: [Account], journal: Journal = Journal(isOn: false)) {
        var state = State()
        for account in accounts { state.accounts[account.key] = account }
        self.state = Locked(state)
        self.journal = journal
    }

    /// Runs later, unless a reset comes before.
    func after(_ milliseconds: Int64, _ work: @escaping @Sendable () -> Void) {
        guard milliseconds > 0 else { return work() }
        let era = state.withLock { $0.era }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) {
            guard self.state.withLock({ $0.era }) == era else { return }
            work()
        }
    }

    /// Back to the start: no orders, no behaviours, first settings, full balances; accounts and tokens stay.
    func reset() {
        state.withLock { state in
            var fresh = State()
            fresh.era = state.era + 1
            fresh.serial = state.serial
            fresh.kess.tokens = state.kess.tokens
            fresh.accounts = state.accounts.mapValues { account in
                var account = account
                account.balance = Account.openingBalance
                account.held = Amount(minor: 0)
                account.closedBanks = []
                return account
            }
            state = fresh
        }
    }

    func account(_ key: AccountKey) -> Account? {
        state.withLock { $0.accounts[key] }
    }

    func order(_ id: String) -> Order? {
        state.withLock { $0.orders[id] }
    }

    func script(_ behaviour: Behaviour = .succeed) -> Script {
        state.withLock { state in
            Script(behaviour: behaviour, latencyMs: state.settings.latencyMs, lateMs: state.settings.lateMs)
        }
    }

    /// The behaviour of one call: what the control API ordered, else what the amount's decimals ask for.
    func script(for account: AccountKey, _ operation: Operation, amount: Amount? = nil) -> Script {
        plannedScript(for: account, operation) ?? script(amount.map(Behaviour.init(magicOf:)) ?? .succeed)
    }

    /// Takes one use of a behaviour that was ordered for such calls.
    func plannedScript(for account: AccountKey, _ operation: Operation) -> Script? {
        state.withLock { state in
            let index = state.planned.firstIndex { $0.account == account && $0.operation == operation }
            guard let index else { return nil }
            let planned = state.planned[index]
            if planned.remaining <= 1 {
                state.planned.remove(at: index)
            } else {
                state.planned[index].remaining -= 1
            }
            return Script(
                behaviour: planned.behaviour, latencyMs: planned.latencyMs ?? state.settings.latencyMs,
                lateMs: planned.lateMs ?? state.settings.lateMs)
        }
    }

    func note(_ record: RequestRecord) {
        journal.write("request", record.json)
        state.withLock { $0.requests.append(record) }
    }
}
