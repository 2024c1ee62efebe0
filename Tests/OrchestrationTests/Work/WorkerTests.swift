import Core
import Glibc
import HTTPClient
import Postgres
import Reactor
import Testing

@testable import Orchestration

@Suite("A worker", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct WorkerTests {
    /// A listening socket whose connections nobody accepts: the kernel takes the request, and no answer ever comes.
    static func deafPort() throws -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isListening)
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    @Test("keeps hands free for the others while one provider lets its questions hang")
    func share() async throws {
        let deaf = try Self.deafPort()
        defer { close(deaf.socket) }
        try await OrderStoreTests.with { store, pool in
            let quick = Identifier(high: 6, low: 6)
            _ = try await pool.query(
                Statement(
                    "test_second_account",
                    """
                    INSERT INTO provider_accounts (id, name, connector, methods, settings, sealed_secrets)
                    VALUES ($1::uuid, 'two', 'test', '{KES_EWALLET}', '{}', '')
                    """), [Value(quick)])
            let now = OrderStoreTests.now
            for number in 0..<8 {
                _ = try await OrderStoreTests.insert(
                    store, reference: "hangs-\(number)", due: now - .seconds(9))
            }
            let other = try await OrderStoreTests.insert(store, reference: "other", due: now, account: quick)
            _ = try await pool.query(Statement("test_unsealed", "UPDATE orders SET counterparty = NULL"), [])
            let accounts = [
                ExecutorTests.account(.init(grace: nil, port: deaf.port), OrderStoreTests.account),
                ExecutorTests.account(.init(grace: nil), quick),
            ]
            var engine = try ExecutorTests.engine(pool, accounts, at: now)
            engine.settings.workersMax = 4
            let worker = Worker(engine, agenda: Agenda())
            await worker.start()
            var asked = 0
            let end = ContinuousClock.now + .seconds(10)
            while asked == 0, ContinuousClock.now < end {
                asked = try await store.order(other.view.id, merchant: nil)?.polls ?? 0
                await pool.reactor.sleep(for: .milliseconds(20))
            }
            #expect(asked == 1)
            await worker.stop(within: .zero)
        }
    }
}
