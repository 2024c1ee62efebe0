public import Core
public import HTTPClient
public import Postgres
public import Reactor

/// What one reactor works with: its own connections, and what all reactors share.
public struct Engine: Sendable {
    /// Whose tasks do the work.
    public let reactor: Reactor
    /// This reactor's connections.
    public let database: PostgresPool
    /// This reactor's curl handles.
    public let client: HTTPClient
    /// The directory in force.
    public let directory: DirectoryHolder
    /// Seals personal data and secrets.
    public let vault: Vault
    /// What was seen of the providers by this process.
    public let meters: ProviderMeters
    /// The tokens that authorise calls to the providers.
    public let sessions: Sessions
    /// How many calls the providers get.
    public let budgets: ProviderBudgets
    /// What was learned of the provider accounts.
    public let learning: Learning
    /// What this process knows of breakers beside what was learned.
    public let gate: BreakerGate
    /// What the accounts may take, for room and money.
    public let funds: Funds
    /// The time.
    public let clock: WallClock
    /// Bounds and waits.
    public var settings: Settings

    /// Bounds and waits, each with the reason for its default.
    public struct Settings: Sendable {
        /// What providers and payers can reach, without a trailing slash.
        public var publicURL: String
        /// How long a taken order is one process's: longer than the longest provider call, so that it seldom lapses.
        public var lease: Duration = .seconds(40)
        /// How long a call waits for the provider's first answer before it answers `processing`.
        public var answerWait: Duration = .seconds(10)
        /// How long a quote can be processed.
        public var quoteLifetime: Duration = .seconds(900)
        /// How long a payin can be paid where neither the merchant nor the provider says.
        public var payinLifetime: Duration = .seconds(900)
        /// After a payin's expiry, how long before the last look: payments on the way at that moment arrive first.
        public var expiryGrace: Duration = .seconds(60)
        /// How long a provider may have a payment without deciding it before a person is called.
        public var stuckAfter: Duration = .seconds(24 * 3600)
        /// How long the first answer of an idempotency key is kept: longer than any program repeats a call.
        public var answersKept: Duration = .seconds(7 * 24 * 3600)
        /// How often an account's health and balance are asked for.
        public var monitorInterval: Duration = .seconds(30)
        /// How long a balance is believed: one look may fail, and the next one take its time.
        var balanceLifetime: Duration { monitorInterval * 4 }
        /// How often the banks that a provider serves are asked for: they seldom change.
        var banksInterval: Duration { monitorInterval * 10 }
        /// How long what a provider told of its banks is believed.
        var banksLifetime: Duration { banksInterval * 3 }
        /// Orders that this reactor works on at once, beyond those that callers wait for.
        public var workersMax = 64
        /// Multiplies every poll delay; for tests and demonstrations, where providers are quick.
        public var pollScale = 1.0

        /// The defaults, for a public URL.
        public init(publicURL: String) { self.publicURL = publicURL }
    }

    /// Puts one reactor's tools together.
    public init(
        reactor: Reactor, database: PostgresPool, client: HTTPClient, directory: DirectoryHolder,
        vault: Vault, meters: ProviderMeters, sessions: Sessions = Sessions(),
        budgets: ProviderBudgets = ProviderBudgets(), learning: Learning = Learning(),
        gate: BreakerGate = BreakerGate(), funds: Funds = Funds(),
        clock: WallClock, settings: Settings
    ) {
        self.funds = funds
        self.sessions = sessions
        self.budgets = budgets
        self.learning = learning
        self.gate = gate
        self.reactor = reactor
        self.database = database
        self.client = client
        self.directory = directory
        self.vault = vault
        self.meters = meters
        self.clock = clock
        self.settings = settings
    }
}
