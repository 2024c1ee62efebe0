import HTTP
import JSON
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
}
