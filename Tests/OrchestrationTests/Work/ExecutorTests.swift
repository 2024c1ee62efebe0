import Connectors
import Core
import HTTPClient
import Postgres
import Synchronization
import Testing

@testable import Orchestration

@Suite("Carrying an order", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct ExecutorTests {
    /// A provider at a port that nobody listens on, which counts what it is asked to prepare.
    final class Silent: Connector {
        static let descriptor = ConnectorDescriptor(
            id: "silent", name: "Silent", methods: [], settings: [], pollPlan: PollPlan([.seconds(5)]),
            reviewAfter: .seconds(60))

        let grace: Duration?
        let url: String
        private let counter = Mutex(0)

        init(settings: AccountSettings) {
            grace = nil
            url = "http://127.0.0.1:1/"
        }
        init(grace: Duration?, port: UInt16 = 1) {
            self.grace = grace
            url = "http://127.0.0.1:\(port)/"
        }

        var submissions: Int { counter.withLock { $0 } }
        func problems(with payment: Payment) -> [FieldProblem] { [] }
        func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
            counter.withLock { $0 += 1 }
            return ProviderRequest(method: "POST", url: url)
        }
        func outcome(
            ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp
        ) -> Outcome { .unknown("") }
        func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest {
            ProviderRequest(method: "POST", url: url)
        }
        func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome {
            .unknown("")
        }
        func notFoundGrace(for method: PaymentMethod) -> Duration? { grace }
    }

    static func account(_ connector: Silent, _ id: Identifier) -> ProviderAccount {
        ProviderAccount(
            id: id, name: "a\(id.low)", isEnabled: true, priority: 1, methods: [.kesEWallet],
            connector: connector, callbackAddresses: [], proxy: nil)
    }

    static func engine(_ pool: PostgresPool, _ connector: Silent, at now: Timestamp) throws -> Engine {
        try engine(pool, [account(connector, OrderStoreTests.account)], at: now)
    }

    static func engine(_ pool: PostgresPool, _ accounts: [ProviderAccount], at now: Timestamp) throws
        -> Engine
    {
        Engine(
            reactor: pool.reactor, database: pool, client: HTTPClient(reactor: pool.reactor),
            directory: DirectoryHolder(Directory(merchants: [], apps: [], accounts: accounts)),
            vault: try Vault(masterKey: [UInt8](repeating: 1, count: 32)), meters: ProviderMeters(),
            clock: WallClock { now }, settings: Engine.Settings(publicURL: "http://127.0.0.1"))
    }

    static func held(_ store: OrderStore) async throws -> OrderRecord {
        var record = try await OrderStoreTests.insert(store, due: OrderStoreTests.now + .seconds(40))
        record.due = OrderStoreTests.now + .seconds(40)
        record.sealedCounterparty = nil
        return record
    }

    @Test("begins to send only while enough of the lease is left", arguments: [0, 25, 27, 39, 41, 4000])
    func stalled(_ seconds: Int) async throws {
        try await OrderStoreTests.with { store, pool in
            let connector = Silent(grace: nil)
            let engine = try Self.engine(pool, connector, at: OrderStoreTests.now + .seconds(seconds))
            let ended = await Executor(engine, agenda: Agenda()).execute(try await Self.held(store))
            #expect(connector.submissions == (seconds < 26 ? 1 : 0))
            #expect(ended.view.state == .failed)
            #expect(ended.view.reason == (seconds < 26 ? "provider_unavailable" : "never_arrived"))
        }
    }

    @Test("writes nothing of a refusal to send where somebody else has taken the order")
    func taken() async throws {
        try await OrderStoreTests.with { store, pool in
            let record = try await Self.held(store)
            let later = OrderStoreTests.now + .seconds(41)
            #expect(try await store.claim(now: later, until: later + .seconds(40), limit: 1).count == 1)
            let connector = Silent(grace: nil)
            let engine = try Self.engine(pool, connector, at: later)
            _ = await Executor(engine, agenda: Agenda()).execute(record)
            #expect(connector.submissions == 0)
            let stored = try #require(try await store.order(record.view.id, merchant: nil))
            #expect(stored.view.version == 1 && stored.attempt?.state == .sending)
        }
    }

    @Test("takes no proof from \"not found\" before the last moment of sending and the grace time are over")
    func proof() async throws {
        try await OrderStoreTests.with { store, pool in
            let record = try await Self.held(store)
            // The connector's own time is 25 seconds, but sending may have begun late: it ends with the lease of 40.
            for (seconds, isProof) in [(11, false), (35, false), (49, false), (50, true)] {
                let engine = try Self.engine(
                    pool, Silent(grace: .seconds(10)), at: OrderStoreTests.now + .seconds(seconds))
                #expect(engine.isNotFoundProof(for: record, at: engine.clock.now()) == isProof)
            }
        }
    }

    @Test("goes to no other account while the order is contested")
    func contested() async throws {
        try await OrderStoreTests.with { store, pool in
            var record = try await Self.held(store)
            record.view.review = ReviewReason.contradiction.rawValue
            record.attempt?.state = .rejected
            let decision = #"{"candidates":["x","\#(OrderStoreTests.account.text(.providerAccount))"]}"#
            record.decision = Array(decision.utf8)
            let engine = try Self.engine(pool, Silent(grace: nil), at: OrderStoreTests.now)
            #expect(await Executor(engine, agenda: Agenda()).goOn(record) == nil)
        }
    }
}
