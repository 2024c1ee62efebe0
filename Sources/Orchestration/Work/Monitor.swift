internal import Connectors
internal import Core
internal import JSON
internal import Postgres
internal import Reactor

/// Looks at every provider account now and then: does its provider work, and what is its balance. The rows are due
/// work like orders, so that of any number of processes one looks.
public actor Monitor {
    private let engine: Engine
    private var loop: Task<Void, Never>?
    private var refreshing: Task<Void, Never>?
    private var isStopping = false

    /// The reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { engine.reactor.asUnownedSerialExecutor() }

    /// Nothing runs until `start`.
    public init(_ engine: Engine) { self.engine = engine }

    /// Begins to look.
    public func start() {
        guard loop == nil else { return }
        loop = Task(executorPreference: engine.reactor) { await self.run() }
        refreshing = Task(executorPreference: engine.reactor) { await self.keepFresh() }
    }

    /// Looks no more.
    public func stop() {
        isStopping = true
        loop?.cancel()
        refreshing?.cancel()
    }

    /// What every decision looks at, as all processes have left it.
    private func keepFresh() async {
        while !isStopping {
            await engine.refreshFunds()
            await engine.reactor.sleep(for: .seconds(1))
        }
    }

    private func run() async {
        let pause = min(engine.settings.monitorInterval, .seconds(5))
        while !isStopping {
            await look()
            await engine.readHealth()
            let answers = OrderStore(database: engine.database)
            try? await answers.forgetAnswers(before: engine.clock.now() - engine.settings.answersKept)
            await engine.reactor.sleep(for: pause)
        }
    }

    private func look() async {
        let store = AccountStatusStore(database: engine.database)
        let now = engine.clock.now()
        let accounts = engine.directory.current.accounts
        guard
            let due = try? await store.claim(
                accounts.map(\.id), now: now, next: now + engine.settings.monitorInterval)
        else { return }
        await withTaskGroup(of: Void.self) { group in
            for id in due {
                guard let account = accounts.first(where: { $0.id == id }) else { continue }
                group.addTask(executorPreference: engine.reactor) { await self.look(at: account, store) }
            }
        }
    }

    private nonisolated func look(at account: ProviderAccount, _ store: AccountStatusStore) async {
        let began = engine.clock.now()
        var status = AccountStatus(account: account.id)
        if let query = account.connector.healthQuery(at: began) {
            status.problem = await engine.problem(of: query, at: account)
        }
        if status.problem == nil, let currency = account.balanceCurrency {
            status.askedAt = engine.clock.now()
            status.holdsPayouts = account.descriptor.holdsPayouts
            (status.balance, status.problem) = await engine.balance(of: account, currency)
        }
        if status.problem == nil, account.listsBanks, isDueForBanks(account.id) {
            status.unservedBanks = await engine.unservedBanks(of: account)
        }
        let now = engine.clock.now()
        status.checkedAt = now
        status.latency = now - began
        try? await store.write(status)
    }

    /// A list that could not be read is asked for again at the next look.
    private nonisolated func isDueForBanks(_ account: Identifier) -> Bool {
        let last = engine.funds.balances.known(of: account)?.banksAt
        return last.map { engine.clock.now() - $0 >= engine.settings.banksInterval } ?? true
    }
}

extension Engine {
    fileprivate func problem(of query: ProviderRequest, at account: ProviderAccount) async -> String? {
        switch await call(query, of: account, once: false) {
        case .response(let response):
            do {
                try account.connector.checkHealth(in: response)
                return nil
            } catch {
                return error.detail
            }
        case .notSent(let why, _), .lost(let why): return why
        }
    }

    /// - Returns: the balance, or what is wrong.
    func balance(
        of account: ProviderAccount, _ currency: Currency, until end: Timestamp? = nil
    ) async -> (Money?, String?) {
        guard let query = account.connector.balanceQuery(currency: currency, at: clock.now()) else {
            return (nil, nil)
        }
        switch await call(query, of: account, once: false, until: end) {
        case .response(let response):
            do {
                return (try account.connector.balance(in: response, currency: currency).available, nil)
            } catch {
                return (nil, error.detail)
            }
        case .notSent(let why, _), .lost(let why): return (nil, why)
        }
    }

    /// `nil` where the provider did not tell.
    fileprivate func unservedBanks(of account: ProviderAccount) async -> [String]? {
        guard let query = account.connector.banksQuery(at: clock.now()),
            case .response(let response) = await call(query, of: account, once: false),
            let banks = try? account.connector.banks(in: response)
        else { return nil }
        return banks.filter { !$0.isActive }.map(\.bank.code)
    }
}
