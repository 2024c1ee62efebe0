import Connectors
import Core
import HTTPClient
import Postgres
import Reactor
import Testing

@testable import Orchestration

/// Speaks to a `PlayedProvider`: wallets in two steps, `/prepare` then `/pay`; banks in one, `/pay`; `/query` and `/bulk`.
/// KHQR codes are issued here.
final class StepConnector: Connector {
    static let descriptor = ConnectorDescriptor(
        id: "steps", name: "Steps",
        methods: [
            MethodCapability(.kesEWallet, minimum: 1, maximum: 1_000_000, required: [], flow: .prepared),
            MethodCapability(.kesBank, minimum: 1, maximum: 1_000_000, required: []),
            MethodCapability(.usdKHQR, minimum: 1, maximum: 1_000_000, required: [], flow: .issued),
        ],
        settings: [], pollPlan: PollPlan([.seconds(5)]), reviewAfter: .seconds(60), bulkQueryMax: 50)

    let url: String
    let session: (any SessionSource)?
    let requestsPerMinute: Int?
    let grace: Duration?
    let tellsBalance: Bool
    /// While a request that moves money is being made.
    let makingSubmission: @Sendable () -> Void

    init(settings: AccountSettings) {
        (url, session, requestsPerMinute) = ("http://127.0.0.1:1", nil, nil)
        (grace, tellsBalance, makingSubmission) = (nil, false, {})
    }

    init(
        _ provider: PlayedProvider, session: Tokens? = nil, perMinute: Int? = nil, grace: Duration? = nil,
        tellsBalance: Bool = false, makingSubmission: @escaping @Sendable () -> Void = {}
    ) {
        (url, self.session, requestsPerMinute) = (provider.url, session, perMinute)
        (self.grace, self.tellsBalance, self.makingSubmission) = (grace, tellsBalance, makingSubmission)
    }

    func notFoundGrace(for method: PaymentMethod) -> Duration? { grace }

    func issue(_ payment: Payment, at time: Timestamp) throws(Refusal) -> Acceptance {
        var artefact = Artefact()
        artefact.qrCode = payment.reference
        return Acceptance(payable: payment.amount, artefact: artefact, expiresAt: payment.expiresAt)
    }

    func request(_ path: String, _ body: String = "") -> ProviderRequest {
        ProviderRequest(
            method: "POST", url: url + path, body: Array(body.utf8), needsSession: session != nil)
    }

    /// `500.00`, at `/balance`.
    func balanceQuery(currency: Currency, at time: Timestamp) -> ProviderRequest? {
        tellsBalance ? request("/balance") : nil
    }

    func balance(in response: ProviderResponse, currency: Currency) throws(ConnectorError) -> Balance {
        guard response.status == 200,
            let money = try? Money(decimal: String(decoding: response.body, as: UTF8.self), currency)
        else { throw ConnectorError("HTTP \(response.status)") }
        return Balance(available: money)
    }

    func problems(with payment: Payment) -> [FieldProblem] { [] }

    func preparation(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        request("/prepare", payment.reference)
    }

    /// `PT1 300 Sok Dara`: the reference, for how many seconds it is good, whose account it is. Else a refusal; one with `!`
    /// is for good.
    func preparation(
        in response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> PreparationOutcome {
        let text = String(decoding: response.body, as: UTF8.self)
        let parts = text.split(separator: " ", maxSplits: 2)
        guard response.status == 200, parts.count == 3, let seconds = Int64(parts[1]) else {
            let isFinal = text.hasSuffix("!")
            return .rejected(Refusal(.declined, "not prepared", worthAnotherAccount: !isFinal))
        }
        return .prepared(
            Preparation(
                reference: String(parts[0]), payeeName: String(parts[2]), expiresAt: time + .seconds(seconds))
        )
    }

    func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        makingSubmission()
        guard payment.method == .kesEWallet else { return request("/pay", payment.reference) }
        guard let prepared = payment.preparation, prepared.expiresAt.map({ time < $0 }) ?? true else {
            throw Refusal(.preparationLapsed, "too late", worthAnotherAccount: true)
        }
        return request("/pay", prepared.reference)
    }

    func outcome(ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome
    {
        read(response, payment)
    }

    func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest {
        request("/query", payment.reference)
    }

    func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome {
        read(response, payment)
    }

    func bulkQuery(of payments: [Payment], at time: Timestamp) -> ProviderRequest? {
        request("/bulk", payments.map(\.reference).joined(separator: ","))
    }

    func outcomes(
        ofBulkQuery response: ProviderResponse, of payments: [Payment], at time: Timestamp
    ) -> BulkAnswer {
        switch (response.status, String(decoding: response.body, as: UTF8.self)) {
        case (403, _): .notAllowed
        case (_, "odd"): .unusable("odd")
        default: .outcomes(payments.map { .succeeded(Settlement(amount: $0.amount)) })
        }
    }

    /// `paid 1`: one minor unit, whatever the payment's amount is.
    private func read(_ response: ProviderResponse, _ payment: Payment) -> Outcome {
        switch (response.status, String(decoding: response.body, as: UTF8.self)) {
        case (200, let text) where text.hasPrefix("paid "):
            .succeeded(
                Settlement(amount: Money(minor: Int64(text.dropFirst(5)) ?? 0, payment.amount.currency)))
        case (200, "paid"): .succeeded(Settlement(amount: payment.amount))
        case (200, "taken"): .accepted(Acceptance(providerReference: "P1"))
        case (200, "failed"): .failed(Refusal(.declined, "failed", worthAnotherAccount: false))
        case (404, "unknown"): .notFound
        case (401, _): .rejected(Refusal(.misconfigured, "not let in", worthAnotherAccount: true))
        default: .unknown("HTTP \(response.status)")
        }
    }
}

/// Tokens of a `PlayedProvider`'s `/token`: `T1 60 100`, to be renewed after 60 seconds and good for 100.
struct Tokens: SessionSource {
    let url: String
    var identity = [UInt8](repeating: 1, count: 32)
    var configured: SessionGrant?
    var remedy: String { "see to it" }

    init(_ provider: PlayedProvider) { url = provider.url }

    func request(at time: Timestamp) -> ProviderRequest? {
        ProviderRequest(method: "POST", url: url + "/token", body: identity)
    }

    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant {
        let parts = String(decoding: response.body, as: UTF8.self).split(separator: " ")
        guard response.status == 200, parts.count == 3, let renew = Int64(parts[1]), let end = Int64(parts[2])
        else { throw ConnectorError("HTTP \(response.status) without a token") }
        return SessionGrant(
            token: String(parts[0]), renewAt: time + .seconds(renew), expiresAt: time + .seconds(end))
    }
}

/// A clock that runs, and that a test moves on besides.
final class RunningClock: Sendable {
    private let start = ContinuousClock.now
    private let ahead = MutexBox(Duration.zero)

    var now: Timestamp { OrderStoreTests.now + (ContinuousClock.now - start) + ahead.value }
    func advance(_ duration: Duration) { ahead.value = ahead.value + duration }
}

/// One database with two accounts, and engines on it, each like a process of its own.
struct StepBench: Sendable {
    static let accounts = [OrderStoreTests.account, Identifier(high: 6, low: 6)]

    let pool: PostgresPool
    let store: OrderStore
    let clock = RunningClock()

    static func with(_ body: @escaping @Sendable (StepBench) async throws -> Void) async throws {
        try await OrderStoreTests.with { store, pool in
            _ = try await pool.query(
                Statement(
                    "test_second_account",
                    """
                    INSERT INTO provider_accounts (id, name, connector, methods, settings, sealed_secrets)
                    VALUES ($1::uuid, 'two', 'test', '{KES_EWALLET}', '{}', '')
                    """), [Value(accounts[1])])
            try await body(StepBench(pool: pool, store: store))
        }
    }

    static func account(_ connector: StepConnector, _ id: Identifier = accounts[0]) -> ProviderAccount {
        ProviderAccount(
            id: id, name: "a\(id.low)", isEnabled: true, priority: 1,
            methods: [.kesEWallet, .kesBank, .usdKHQR],
            connector: connector, callbackAddresses: [], proxy: nil)
    }

    /// What one process has in memory, with nothing of what another one has.
    func engine(_ connectors: StepConnector...) throws -> Engine {
        let accounts = zip(connectors, Self.accounts).map { Self.account($0, $1) }
        let clock = clock
        return Engine(
            reactor: pool.reactor, database: pool, client: HTTPClient(reactor: pool.reactor),
            directory: DirectoryHolder(Directory(merchants: [], apps: [], accounts: accounts)),
            vault: try Vault(masterKey: [UInt8](repeating: 1, count: 32)), meters: ProviderMeters(),
            clock: WallClock { clock.now }, settings: Engine.Settings(publicURL: "http://127.0.0.1"))
    }

    /// The same process with other sessions.
    func engine(_ engine: Engine, on pool: PostgresPool) -> Engine {
        Engine(
            reactor: pool.reactor, database: pool, client: engine.client, directory: engine.directory,
            vault: engine.vault, meters: engine.meters, clock: engine.clock, settings: engine.settings)
    }

    /// A stored order whose first attempt is this process's.
    func order(
        _ engine: Engine, _ method: PaymentMethod = .kesEWallet, name: String? = "Sok Dara",
        state: OrderState = .processing
    ) async throws -> OrderRecord {
        let now = clock.now
        var record = OrderChangeTests.record(method, state: state, attempt: nil)
        record.view.id = Identifier(at: now)
        record.view.merchant = OrderStoreTests.merchant
        record.view.app = OrderStoreTests.app
        record.view.referenceNumber = record.view.id.base32
        record.view.version = 1
        (record.view.createdAt, record.view.updatedAt) = (now, now)
        record.view.expiresAt = state == .initiated || method.direction == .payin ? now + .seconds(900) : nil
        var counterparty = Counterparty()
        counterparty[.name] = name
        record.sealedCounterparty = try engine.vault.seal(
            counterparty.json, for: .counterparty, id: record.view.id)
        let candidates = engine.directory.current.accounts.map { "\"\($0.id.text(.providerAccount))\"" }
        record.decision = Array("{\"candidates\":[\(candidates.joined(separator: ","))]}".utf8)
        record.attempt = AttemptRecord(
            for: Self.accounts[0], ordinal: 1, at: now, state: engine.firstState(of: Self.accounts[0], method)
        )
        (record.fence, record.polls, record.due) = (1, 0, now + engine.settings.lease)
        record.refreshAttempt()
        try await store.insert(record, due: now + engine.settings.lease, claim: nil, detail: Array("{}".utf8))
        return record
    }

    func stored(_ record: OrderRecord) async throws -> OrderRecord {
        try #require(try await store.order(record.view.id, merchant: nil))
    }

    /// Whether it came true within ten seconds.
    func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if try await condition() { return true }
            await pool.reactor.sleep(for: .milliseconds(5))
        }
        return false
    }

    /// All that is kept of sessions, attempts and histories, as PostgreSQL writes it.
    func dump() async throws -> String {
        try await pool.query(
            Statement(
                "test_dump",
                """
                SELECT row_to_json(s)::text AS line FROM provider_sessions s
                UNION ALL SELECT row_to_json(a)::text FROM attempts a
                UNION ALL SELECT row_to_json(e)::text FROM order_events e
                """), []
        )
        .map { row in try row.text("line") }.joined(separator: "\n")
    }
}
