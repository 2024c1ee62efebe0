import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import API

@Suite("Health and metrics")
struct HealthTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    @Test("is live and ready without anybody's token")
    func live() async throws {
        #expect(try await harness.ask(.get, "/health/live", token: false).status == 200)
        #expect(try await harness.ask(.get, "/health/ready", token: false).status == 200)
        #expect(
            try await harness.ask(.get, "/openapi.yaml", token: false).response.contentType
                == "application/yaml")
    }

    @Test("shows balances to the operator only")
    func balances() async throws {
        let open = try await harness.ask(.get, "/health", token: false)
        #expect(open.json["status"] == "ok")
        #expect(open.json["accounts"]?[0]?["errorRate"]?.numberText == "0.063")
        #expect(open.json["accounts"]?[0]?["balance"] == nil)
        let whole = try await harness.ask(
            .get, "/health", headers: [("Authorization", "Bearer \(Harness.adminKey)")])
        #expect(whole.json["accounts"]?[0]?["balance"]?["amount"] == "1234.56")
    }

    @Test("counts requests and orders for Prometheus")
    func metrics() async throws {
        _ = try await harness.post("/v1/transaction", Harness.body())
        _ = try await harness.post("/v1/transaction", "{}")
        _ = try await harness.ask(.get, "/health/live")
        _ = try await harness.ask(.get, "/nowhere")
        let text = String(
            decoding: try await harness.ask(.get, "/metrics", token: false).response.body, as: UTF8.self)
        for line in [
            #"causeway_http_requests_total{method="POST",route="/v1/transaction",status="2xx"} 1"#,
            #"causeway_http_requests_total{method="POST",route="/v1/transaction",status="4xx"} 1"#,
            #"causeway_http_requests_total{method="GET",route="/health/live",status="2xx"} 1"#,
            #"causeway_http_requests_total{method="",route="",status="4xx"} 1"#,
            #"causeway_http_request_duration_seconds_count{method="POST",route="/v1/transaction"} 2"#,
            #"causeway_orders_answered_total{method="THB_QR",state="pending"} 1"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("order-1"))
    }

    @Test("asks once, however many want to know at once, and again when the answer is old")
    func freshness() async throws {
        let count = Mutex(0)
        let reactor = harness.reactor
        let question = Freshness(milliseconds: 200, on: reactor) {
            await reactor.sleep(for: .milliseconds(20))
            return count.withLock { count in
                count += 1
                return count
            }
        }
        let answers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { await question.value() } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(answers == [1])
        await reactor.sleep(for: .milliseconds(250))
        #expect(await question.value() == 2)
    }
}
