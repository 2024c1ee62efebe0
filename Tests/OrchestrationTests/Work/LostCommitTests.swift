import Connectors
import Core
import Foundation
import Postgres
import Reactor
import Testing

@testable import Orchestration

@Suite(
    "Commits whose answer is lost", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct LostCommitTests {
    private static func draft(_ method: PaymentMethod) -> OrderDraft {
        var draft = OrderDraft(
            merchant: OrderStoreTests.merchant, app: OrderStoreTests.app, method: method,
            amount: Money(minor: 500_00, .kes), referenceNumber: "r")
        draft.counterparty[.name] = "Sok Dara"
        return draft
    }

    /// Refuses what it is to pay, or pays it, and knows whether it has.
    private static func provider(_ name: String, pays: Bool) throws -> PlayedProvider {
        let hasPaid = MutexBox(false)
        return try PlayedProvider { call in
            switch call.path {
            case "/prepare": return .answer(200, "\(name)\(call.number) 300 Sok Dara")
            case "/pay":
                hasPaid.value = pays
                return pays ? .answer(200, "paid") : .answer(401, "")
            default: return hasPaid.value ? .answer(200, "paid") : .answer(404, "unknown")
            }
        }
    }

    @Test(
        "send nothing twice and lose nothing, whichever of them it is: what was committed is found, and goes on",
        arguments: [PaymentMethod.kesEWallet, .kesBank], Array(0..<7))
    func anyCommit(_ method: PaymentMethod, _ number: Int) async throws {
        try await StepBench.with { bench in
            let refusing = try Self.provider("A", pays: false)
            let paying = try Self.provider("B", pays: true)
            let engine = try bench.engine(StepConnector(refusing), StepConnector(paying))
            let rows = try await bench.pool.query(
                Statement("test_name", "SELECT current_database()::text AS name"), [])
            var url = try #require(TestDatabase.server.flatMap { URLComponents(string: $0) })
            let lossy = try LossyDatabase(server: UInt16(url.port ?? 5432))
            (url.port, url.path) = (Int(lossy.port), "/" + (try #require(rows.first).text("name")))
            let pool = PostgresPool(
                reactor: bench.pool.reactor,
                configuration: PostgresPool.Configuration(url: try #require(url.string), connections: 1))
            let orders = Orders(bench.engine(engine, on: pool), agenda: Agenda())
            _ = try await pool.query(Statement("test_open", "SELECT 1 AS one"), [])
            lossy.loseAnswer(after: number)
            guard case .order(let answered) = try await orders.create(Self.draft(method), claim: nil) else {
                return #expect(Bool(false), "a replay of nothing")
            }
            // Another process, whose clock leaps on, finds what is left to be done.
            let found = try await bench.store.id(ofReference: "r", merchant: OrderStoreTests.merchant)
            let id = try #require(found)
            let worker = Worker(engine, agenda: Agenda())
            await worker.start()
            let isOver = try await bench.eventually {
                let order = try #require(try await bench.store.order(id, merchant: nil))
                if order.view.state.isTerminal || order.view.review != nil { return true }
                bench.clock.advance(.seconds(41))
                await bench.pool.reactor.sleep(for: .milliseconds(50))
                return false
            }
            await worker.stop(within: .seconds(5))
            await pool.close()
            #expect(isOver)
            let order = try #require(try await bench.store.order(id, merchant: nil))
            let sent = (refusing.calls("/pay") + paying.calls("/pay")).map(\.body)
            #expect(Set(sent).count == sent.count && refusing.calls("/pay").count <= 1, "\(sent)")
            #expect(paying.calls("/pay").count <= 1, "\(sent)")
            #expect(answered.state == .succeeded && order.view.state == .succeeded, "\(order.view.state)")
            #expect(order.view.review == nil)
            if number < 3 { #expect(lossy.hasLost) }
        }
    }
}
