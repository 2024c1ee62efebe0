import Core
import HTTP
import JSON
import Orchestration
import Synchronization
import Testing

@testable import API

@Suite("Idempotency-Key")
struct IdempotencyTests {
    @Test(
        "reads a quoted string or a bare token",
        arguments: [
            ("\"abc\"", "abc"), ("abc", "abc"), ("\"a\\\"b\\\\c\"", "a\"b\\c"),
            ("\"with space\"", "with space"),
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            ("a:b/c=", "a:b/c="),
        ])
    func good(_ field: String, _ key: String) { #expect(IdempotencyKey.parse(field) == key) }

    @Test(
        "refuses anything else",
        arguments: [
            "", "\"", "\"\"", "\"a", "a\"", "\"a\"b", "\"a\\n\"", "\"a\"; x=1", "a b", "a,b", "\"é\"",
            "\"a\tb\"", "a;b",
            String(repeating: "k", count: 256), "\"a\\\"",
        ])
    func bad(_ field: String) { #expect(IdempotencyKey.parse(field) == nil) }

    @Test("replays the first answer byte for byte")
    func replay() async throws {
        let harness = try Harness()
        let key = [(name: "Idempotency-Key", value: "\"k1\"")]
        let first = try await harness.post("/v1/transaction", Harness.body(), headers: key)
        let again = try await harness.post("/v1/transaction", Harness.body(), headers: key)
        #expect(first.status == 201)
        #expect(first.header("Idempotent-Replayed") == nil)
        #expect(again.status == 201)
        #expect(again.header("Idempotent-Replayed") == "true")
        #expect(again.response.body == first.response.body)
        #expect(harness.world.state.withLock { $0.orders.count } == 1)
    }

    @Test("replays a call whose time is over by now, and makes nothing new of it")
    func replayLater() async throws {
        let harness = try Harness()
        let body = Harness.body(["expiresAt": .string((Harness.now + .seconds(60)).iso8601)])
        let key = [(name: "Idempotency-Key", value: "k1")]
        let first = try await harness.post("/v1/transaction", body, headers: key)
        harness.world.state.withLock { $0.now = Harness.now + .seconds(61) }
        let again = try await harness.post("/v1/transaction", body, headers: key)
        #expect(again.response.body == first.response.body)
        let other = try await harness.post("/v1/transaction", body, headers: [("Idempotency-Key", "k2")])
        #expect(other.pointers == ["/expiresAt"])
    }

    @Test("the order of members does not matter, their values and the call do")
    func payload() async throws {
        let harness = try Harness()
        let key = [(name: "Idempotency-Key", value: "k1")]
        let one = #"{"currencyId":"THB","paymentMethodId":"THB_QR","amount":5,"referenceNumber":"r"}"#
        let same = #"{"referenceNumber":"r", "amount":5,"paymentMethodId":"THB_QR","currencyId":"THB"}"#
        let other = #"{"currencyId":"THB","paymentMethodId":"THB_QR","amount":6,"referenceNumber":"r"}"#
        _ = try await harness.post("/v1/transaction", one, headers: key)
        #expect(
            try await harness.post("/v1/transaction", same, headers: key).header("Idempotent-Replayed")
                == "true")
        #expect(try await harness.post("/v1/transaction", other, headers: key).code == "idempotency_mismatch")
        #expect(try await harness.post("/v1/transaction/initiate", one, headers: key).status == 422)
    }

    @Test("a malformed key is 400, a running one 409 with Retry-After")
    func refusals() async throws {
        let harness = try Harness()
        let malformed = try await harness.post(
            "/v1/transaction", Harness.body(), headers: [("Idempotency-Key", "\"")])
        #expect(malformed.status == 400)
        #expect(malformed.code == "idempotency_key_malformed")
        let twice = try await harness.post(
            "/v1/transaction", Harness.body(), headers: [("Idempotency-Key", "a"), ("Idempotency-Key", "b")])
        #expect(twice.status == 400)
        harness.world.state.withLock { $0.failure = .idempotencyInProgress }
        let running = try await harness.post(
            "/v1/transaction", Harness.body(), headers: [("Idempotency-Key", "a")])
        #expect(running.status == 409)
        #expect(running.header("Retry-After") != nil)
    }
}
