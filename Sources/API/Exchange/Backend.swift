internal import Connectors
internal import Core
internal import Cryptography
internal import JSON
internal import Orchestration
internal import Reactor

/// What the handlers stand on, one for each reactor. Functions and not the engine's own types, so that handlers are
/// tested without a database.
struct Backend: Sendable {
    /// Where the handlers run.
    var reactor: Reactor
    /// The time.
    var now: @Sendable () -> Timestamp
    /// Merchants, apps and accounts in force.
    var directory: @Sendable () -> Directory
    /// Checks access tokens.
    var tokens: AccessTokens
    /// Signs quotes.
    var quoteKey: HMAC.Key
    /// The addresses of payers' pages.
    var links: PaymentLinks

    var initiate: @Sendable (OrderDraft, IdempotencyClaim?) async throws(OrderError) -> Creation
    var create: @Sendable (OrderDraft, IdempotencyClaim?) async throws(OrderError) -> Creation
    var remember: @Sendable (IdempotencyClaim, Int, [UInt8]) async throws(OrderError) -> Void
    var process: @Sendable (Identifier, _ merchant: Identifier) async throws(OrderError) -> OrderView
    var fetch:
        @Sendable (Identifier, _ merchant: Identifier?, _ refresh: Bool) async throws(OrderError) -> OrderView
    var list: @Sendable (OrderQuery) async throws(OrderError) -> OrderPage
    var events: @Sendable (Identifier, _ merchant: Identifier?) async throws(OrderError) -> [OrderEvent]
    var cancel: @Sendable (Identifier, _ merchant: Identifier) async throws(OrderError) -> OrderView
    var earlier: @Sendable (IdempotencyClaim) async throws(OrderError) -> Creation?
    var resolve:
        @Sendable (Identifier, Resolution, _ by: String, _ why: String) async throws(OrderError) -> OrderView
    var offers: @Sendable (Currency) -> [MethodOffer]

    var receive: @Sendable (CallbackRequest, _ account: Identifier, _ address: String) async -> CallbackReply

    var signIn:
        @Sendable (Identifier, _ accessKey: String, _ secretKey: String) async throws(CredentialsError) ->
            SignIn
    var refresh: @Sendable (_ token: String) async throws(CredentialsError) -> SignIn

    var health: @Sendable () async -> HealthReport
    var isReady: @Sendable () async -> Bool
    /// How the database's pool is doing.
    var pool: @Sendable () async -> PoolFigures

    var administration: Administration
    /// Finds a payment at its provider.
    var find:
        @Sendable (_ hash: String, Money?, _ account: Identifier?) async throws(AdministrationError) ->
            ProviderDesk.Finding
    var rules: RuleBook
    /// How the breakers stand.
    var breakers: @Sendable () -> [BreakerReport]
    var panel: BreakerPanel
    /// Where a described payment would go.
    var simulate: @Sendable (RoutingCase) throws(OrderError) -> JSON
    var scores: @Sendable () -> JSON
    /// Replays a slice of stored orders under a document; the last is the progress of an earlier call.
    var backtest: @Sendable (JSON, Timestamp, Timestamp, JSON?) async throws(OrderError) -> JSON
    /// Why an order went where it went.
    var explain: @Sendable (Identifier) async throws(OrderError) -> JSON
    /// The newest entries before one, each with its `id`.
    var auditLog: @Sendable (_ before: Int64?, _ limit: Int) async throws(OrderError) -> [JSON]
    /// The newest callbacks before one that fit no order, each with its `id`.
    var unmatchedCallbacks: @Sendable (_ before: Int64?, _ limit: Int) async throws(OrderError) -> [JSON]
}

extension Backend {
    /// The real thing.
    init(
        _ engine: Engine, _ orders: Orders, _ callbacks: Callbacks, _ credentials: Credentials,
        _ administration: Administration, _ rules: RuleBook, _ panel: BreakerPanel
    ) {
        self.administration = administration
        self.rules = rules
        self.panel = panel
        breakers = { engine.breakers() }
        simulate = { described throws(OrderError) in try orders.simulate(described) }
        scores = { orders.scores() }
        backtest = { document, from, to, progress throws(OrderError) in
            try await orders.backtest(document, from: from, to: to, continuing: progress)
        }
        explain = { id throws(OrderError) in try await orders.explain(id) }
        let desk = ProviderDesk(engine)
        find = { hash, amount, account throws(AdministrationError) in
            try await desk.find(hash: hash, amount: amount, at: account)
        }
        reactor = engine.reactor
        now = engine.clock.now
        directory = { engine.directory.current }
        tokens = AccessTokens(engine.vault)
        quoteKey = HMAC.Key(engine.vault.quoteKey)
        links = PaymentLinks(engine)
        initiate = { draft, claim throws(OrderError) in try await orders.initiate(draft, claim: claim) }
        create = { draft, claim throws(OrderError) in try await orders.create(draft, claim: claim) }
        earlier = { claim throws(OrderError) in try await orders.earlier(claim) }
        remember = { claim, status, body throws(OrderError) in
            try await orders.remember(claim, status: status, body: body)
        }
        process = { id, merchant throws(OrderError) in try await orders.process(id, merchant: merchant) }
        fetch = { id, merchant, refresh throws(OrderError) in
            try await orders.fetch(id, merchant: merchant, refresh: refresh)
        }
        list = { query throws(OrderError) in try await orders.list(query) }
        events = { id, merchant throws(OrderError) in try await orders.events(of: id, merchant: merchant) }
        cancel = { id, merchant throws(OrderError) in try await orders.cancel(id, merchant: merchant) }
        resolve = { id, resolution, actor, why throws(OrderError) in
            try await orders.resolve(id, as: resolution, by: actor, why: why)
        }
        offers = { currency in orders.offers(currency: currency) }
        receive = { request, account, address in
            await callbacks.receive(request, for: account, from: address)
        }
        signIn = { app, accessKey, secretKey throws(CredentialsError) in
            try await credentials.signIn(app: app, accessKey: accessKey, secretKey: secretKey)
        }
        refresh = { token throws(CredentialsError) in try await credentials.refresh(token) }
        let health = Freshness(milliseconds: 1000, on: engine.reactor) { await engine.health() }
        self.health = { await health.value() }
        let isReady = Freshness(milliseconds: 250, on: engine.reactor) { await engine.isReady() }
        self.isReady = { await isReady.value() }
        pool = { await engine.poolFigures() }
        auditLog = { before, limit throws(OrderError) in
            try await engine.auditLog(before: before, limit: limit)
        }
        unmatchedCallbacks = { before, limit throws(OrderError) in
            try await engine.unmatchedCallbacks(before: before, limit: limit)
        }
    }
}
