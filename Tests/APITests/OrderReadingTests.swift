import Core
import HTTP
import JSON
import Orchestration
import Synchronization
import Testing

@testable import API

@Suite("Reading orders")
struct OrderReadingTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    private func made() async throws -> String {
        try #require(try await harness.post("/v1/transaction", Harness.body()).result["txnId"]?.stringValue)
    }

    @Test("shows an order, its history, and nothing for another's id")
    func fetch() async throws {
        let id = try await made()
        #expect(
            try await harness.ask(.get, "/v1/transaction/txnId/\(id)?refresh=true").result["txnId"]?
                .stringValue == id)
        #expect(
            try await harness.ask(.get, "/v1/transaction/txnId/\(id)/events").result[0]?["kind"] == "created")
        let other = Identifier(at: Harness.now).text(.transaction)
        for path in ["", "/events"] {
            let answer = try await harness.ask(.get, "/v1/transaction/txnId/\(other)\(path)")
            #expect(answer.status == 404)
            #expect(answer.code == "order_not_found")
        }
    }

    @Test(
        "answers what is no id with 404",
        arguments: ["x", "tx_", "tx_zzzzzzzzzzzzzzzzzzzzzzzzzz", "%00", "ap_01jd0000000000000000000000"])
    func noId(_ id: String) async throws {
        #expect(try await harness.ask(.get, "/v1/transaction/txnId/\(id)").status == 404)
    }

    @Test("reads filters and cursors")
    func filters() async throws {
        let cursor = Identifier(at: Harness.now).text(.transaction)
        let answer = try await harness.ask(
            .get,
            "/v1/transaction?limit=5&startingAfter=\(cursor)&status=pending&currencyId=THB&paymentMethodId=THB_QR"
                + "&referenceNumber=a-1&from=2026-11-01T00:00:00%2B07:00&to=2026-11-02T00:00:00Z")
        #expect(answer.status == 200)
        let query = try #require(harness.world.state.withLock { $0.queries.last })
        #expect(query.limit == 5)
        #expect(query.startingAfter?.text(.transaction) == cursor)
        #expect(query.state == .pending)
        #expect(query.merchant == harness.app.merchant)
        #expect(query.from == Timestamp(iso8601: "2026-10-31T17:00:00Z"))
    }

    @Test("one end of a range means the ninety days from there")
    func openRange() async throws {
        _ = try await harness.ask(.get, "/v1/transaction?from=2026-01-01T00:00:00Z")
        let query = try #require(harness.world.state.withLock { $0.queries.last })
        #expect(query.to == Timestamp(iso8601: "2026-04-01T00:00:00Z"))
    }

    @Test(
        "refuses wrong parameters by name",
        arguments: [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"),
            ("limit=", "limit"),
            ("limit=1&limit=2", "limit"), ("status=paid", "status"), ("currencyId=EUR", "currencyId"),
            ("paymentMethodId=x", "paymentMethodId"), ("referenceNumber=", "referenceNumber"),
            ("referenceNumber=%00", "referenceNumber"), ("startingAfter=x", "startingAfter"),
            ("from=yesterday", "from"), ("unknown=1", "unknown"), ("inReview=true", "inReview"),
            ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
            ("from=2026-01-01T00:00:00Z&to=2026-04-02T00:00:00Z", "to"),
            (
                "startingAfter=tx_01jd0000000000000000000000&endingBefore=tx_01jd0000000000000000000000",
                "endingBefore"
            ),
        ])
    func badParameters(_ query: String, _ name: String) async throws {
        let answer = try await harness.ask(.get, "/v1/transaction?\(query)")
        #expect(answer.status == 400)
        #expect(answer.code == "query_invalid")
        #expect(answer.parameters == [name])
    }

    @Test("refuses a query that cannot be decoded")
    func undecodable() async throws {
        #expect(try await harness.ask(.get, "/v1/transaction?limit=%zz").status == 400)
    }

    @Test("lists currencies and one's methods")
    func catalogue() async throws {
        let currencies = try await harness.ask(.get, "/v1/currencies").result.arrayValue ?? []
        #expect(currencies.map { $0["id"]?.stringValue } == ["THB", "KES", "USD", "KHR"])
        #expect(currencies.map { $0["isActive"]?.boolValue } == [true, false, false, false])
        let method = try await harness.ask(.get, "/v1/THB/payment-methods").result[0]
        #expect(method?["id"] == "THB_QR")
        #expect(method?["minimum"] == "1.00")
        #expect(try await harness.ask(.get, "/v1/EUR/payment-methods").code == "currency_not_found")
    }
}
