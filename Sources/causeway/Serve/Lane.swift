internal import API
internal import Core
internal import HTTP
internal import HTTPClient
internal import Logging
internal import Orchestration
internal import Postgres
internal import Reactor
internal import Synchronization

/// One reactor with all that runs on it: connections, orders, a server, a worker.
final class Lane: Sendable {
    /// What all lanes of a process share.
    struct Shared: Sendable {
        let configuration: Configuration
        let vault: Vault
        let directory: DirectoryHolder
        let keeper: DirectoryKeeper
        let meters: ProviderMeters
        let sessions: Sessions
        let budgets: ProviderBudgets
        let learning: Learning
        let gate: BreakerGate
        let funds: Funds
        let site: Site
        let census: ConnectionCensus
        let log: Log
    }

    let reactor: Reactor
    let engine: Engine
    let credentials: Credentials
    private let database: PostgresPool
    private let orders: Orders
    private let worker: Worker
    private let notifier: Notifier
    private let router: Router
    private let census: ConnectionCensus
    private let server = Mutex<Server?>(nil)

    init(reactor: Reactor, database: PostgresPool, shared: Shared) {
        self.reactor = reactor
        self.database = database
        census = shared.census
        engine = Engine(
            reactor: reactor, database: database, client: HTTPClient(reactor: reactor),
            directory: shared.directory,
            vault: shared.vault, meters: shared.meters, sessions: shared.sessions, budgets: shared.budgets,
            learning: shared.learning, gate: shared.gate, funds: shared.funds, clock: SystemTime.clock,
            settings: shared.configuration.engineSettings)
        let agenda = Agenda()
        orders = Orders(engine, agenda: agenda)
        worker = Worker(engine, agenda: agenda)
        notifier = Notifier(engine, render: API.renderer(engine))
        credentials = Credentials(engine)
        let administration = Administration(
            database: database, vault: shared.vault, clock: SystemTime.clock, probe: AccountProbe(engine),
            // What cannot be read now is read when the database tells of the change, or answers again.
            changed: { try? await shared.keeper.reload() })
        router = API.router(
            shared.site, engine: engine, orders: orders, callbacks: Callbacks(engine, agenda: agenda),
            credentials: credentials, administration: administration,
            rules: RuleBook(
                database: database, vault: shared.vault, clock: SystemTime.clock,
                changed: { try? await shared.keeper.reload() }),
            panel: BreakerPanel(
                database: database, clock: SystemTime.clock,
                changed: { try? await shared.keeper.reload() }))
    }

    /// Listens; gives the port.
    func listen(_ configuration: Server.Configuration) throws(SystemError) -> UInt16 {
        let server = Server(reactor: reactor, router: router, configuration: configuration, census: census)
        try server.start()
        self.server.withLock { $0 = server }
        return server.port
    }

    /// Begins with the due work.
    func work() async {
        await worker.start()
        await notifier.start()
    }

    /// Answers what was asked, takes no more work, waits for what is under way.
    func drain(within time: Duration) async {
        let server = server.withLock { $0 }
        let end = SystemTime.now() + time
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: reactor) { await server?.drain(within: time) }
            group.addTask(executorPreference: reactor) { await self.worker.stop(within: time) }
        }
        await notifier.stop()
        // What a call began to send before it was answered `processing`.
        await orders.drain(within: max(end - SystemTime.now(), .zero))
        await database.close()
    }
}
