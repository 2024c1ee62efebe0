import Core
import JSON
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("Stored orders, replayed", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BacktestStoreTests {
    @Test("come page by page, each once, within the range of time")
    func pages() async throws {
        try await OrderStoreTests.with { store, pool in
            let start = OrderStoreTests.now
            var made: [Identifier] = []
            for number in 0..<250 {
                let time = start + .milliseconds(number)
                made.append(
                    try await OrderStoreTests.insert(store, reference: "r\(number)", at: time).view.id)
            }
            let backtest = BacktestStore(database: pool)
            var (seen, after): ([Identifier], Identifier?) = ([], Identifier(from: start + .milliseconds(10)))
            let before = Identifier(from: start + .milliseconds(240))
            while let last = after {
                let page = try await backtest.page(after: last, before: before)
                seen += page.orders.compactMap { $0?.id }
                after = page.last
            }
            #expect(seen == Array(made[10..<240]))
        }
    }

    @Test("that cannot be read are told apart, and keep nobody from the others")
    func unreadable() async throws {
        try await OrderStoreTests.with { store, pool in
            for number in 0..<3 {
                _ = try await OrderStoreTests.insert(
                    store, reference: "r\(number)", at: OrderStoreTests.now + .milliseconds(number))
            }
            _ = try await pool.query(
                Statement(
                    "test_newer", "UPDATE orders SET method = 'MARS_DUST' WHERE reference_number = 'r1'"), [])
            let page = try await BacktestStore(database: pool).page(
                after: Identifier(high: 0, low: 0), before: Identifier(high: .max, low: .max))
            #expect(page.orders.map { $0 != nil } == [true, false, true] && page.last == nil)
            let first = try #require(page.orders[0]?.first)
            #expect(first.account == OrderStoreTests.account && first.state == .sending)
        }
    }

    @Test(
        "are found by their index, however many there are, and so are a shadow's decisions",
        arguments: [
            (
                BacktestStore.page,
                [Value(Identifier(high: 0, low: 0)), Value(Identifier(high: .max, low: .max))]
            ),
            (ShadowStore.tally, [.int(1), Value(Identifier(high: 0, low: 0))]),
        ])
    func plans(statement: Statement, parameters: [Value]) async throws {
        try await OrderStoreTests.with { store, pool in
            _ = try await OrderStoreTests.insert(store)
            for sql in [
                """
                INSERT INTO orders (id, merchant_id, app_id, reference_number, method, amount, state, decision,
                    created_at, updated_at)
                SELECT gen_random_uuid(), merchant_id, app_id, 'copy-' || i, method, amount, state, decision, created_at,
                    updated_at
                FROM orders, generate_series(1, 60000) i WHERE reference_number = 'r1'
                """,
                """
                INSERT INTO attempts (id, order_id, ordinal, account_id, reference, state, created_at)
                SELECT gen_random_uuid(), o.id, 1, a.account_id, o.reference_number, 'rejected', o.created_at
                FROM orders o, attempts a WHERE o.reference_number LIKE 'copy-%'
                """,
                """
                INSERT INTO shadow_decisions (order_id, revision, decided_id, account_id, decision)
                SELECT order_id, 1, account_id, account_id, '{}' FROM attempts
                """,
                "ANALYZE orders", "ANALYZE attempts", "ANALYZE shadow_decisions",
            ] {
                _ = try await pool.query(Statement("test_fill", sql), [], deadline: .seconds(60))
            }
            // The plan for any parameters, which is what a prepared statement comes to have.
            let plan = try await pool.transaction(deadline: .seconds(60)) { transaction in
                _ = try await transaction.query(
                    Statement("test_generic", "SET LOCAL plan_cache_mode = force_generic_plan"))
                let rows = try await transaction.query(
                    Statement("test_explain", "EXPLAIN " + statement.sql), parameters)
                return try rows.map { try $0.text(0) }.joined(separator: "\n")
            }
            #expect(!plan.contains("Seq Scan"), "\(plan)")
        }
    }
}
