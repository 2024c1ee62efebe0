import Core
import Cryptography
import HTTP
import JSON
import Orchestration
import Synchronization
import Testing

@testable import API

@Suite("Signatures")
struct SignatureTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    private func quoted() async throws -> Answer {
        try await harness.post("/v1/transaction/initiate", Harness.body())
    }

    @Test("a quote's signature executes it, without a token")
    func quote() async throws {
        let quote = try await quoted()
        #expect(quote.status == 201)
        #expect(quote.result["status"] == "initiated")
        #expect(quote.result["providerOrderId"] == .null)
        let signature = try #require(quote.result["signature"]?.stringValue)
        let answer = try await harness.ask(
            .post, "/v1/transaction/process", token: false, headers: [("x-signature", signature)])
        #expect(answer.status == 201)
        #expect(answer.result["txnId"] == quote.result["txnId"])
    }

    @Test("a signature changed at any place is refused")
    func tampered() async throws {
        let signature = try #require(try await quoted().result["signature"]?.stringValue)
        for place in signature.indices {
            var changed = signature
            changed.replaceSubrange(place...place, with: signature[place] == "A" ? "B" : "A")
            let answer = try await harness.ask(
                .post, "/v1/transaction/process", token: false, headers: [("x-signature", changed)])
            #expect(answer.status == 403)
            #expect(answer.code == "signature_invalid")
        }
    }

    @Test("a signature expires with its quote, and must be there")
    func expired() async throws {
        let signature = try #require(try await quoted().result["signature"]?.stringValue)
        harness.world.state.withLock { $0.now = Harness.now + .seconds(900) }
        let headers = [(name: "x-signature", value: signature)]
        let late = try await harness.ask(.post, "/v1/transaction/process", token: false, headers: headers)
        #expect(late.code == "signature_expired")
        let none = try await harness.ask(.post, "/v1/transaction/process", token: false)
        #expect(none.code == "signature_missing")
    }

    @Test("a quote's signature under another key is refused")
    func otherKey() throws {
        let quote = QuoteSignature.Quote(
            order: Identifier(at: Harness.now), app: harness.app.id, expiresAt: Harness.now + .seconds(60))
        let key = HMAC.Key([UInt8](repeating: 1, count: 32))
        let text = QuoteSignature.make(quote, key: key)
        #expect(text.utf8.count == 98)
        #expect(try QuoteSignature.verify(text, key: key, at: Harness.now) == quote)
        #expect(throws: Problem.self) {
            try QuoteSignature.verify(text, key: HMAC.Key([UInt8](repeating: 2, count: 32)), at: Harness.now)
        }
    }

    private func signed(_ body: String, key: String = "sk_test", token: Bool = false) async throws -> Answer {
        let signature = SigningKey.sign(Array(body.utf8), key: SigningKey.derive(secretKey: key))
        return try await harness.post(
            "/v1/transaction/initiate", body, token: token, headers: [("x-signature", signature)])
    }

    @Test("a body's signature makes the order in one call")
    func body() async throws {
        let answer = try await signed(Harness.body(["appId": .string(harness.app.id.text(.app))]))
        #expect(answer.status == 201)
        #expect(answer.result["status"] == "pending")
        #expect(answer.result["signature"] == nil)
        #expect(try await signed(Harness.body(["referenceNumber": "two"]), token: true).status == 201)
    }

    @Test("a body's signature with another key, of another body or of nobody is refused")
    func wrongBody() async throws {
        let named = Harness.body(["appId": .string(harness.app.id.text(.app))])
        #expect(try await signed(named, key: "other").code == "signature_invalid")
        #expect(try await signed(Harness.body()).code == "signature_invalid")
        #expect(
            try await signed(Harness.body(["appId": "ap_00000000000000000000000000"])).code
                == "signature_invalid")
        let signature = SigningKey.sign(Array(named.utf8), key: SigningKey.derive(secretKey: "sk_test"))
        let answer = try await harness.post(
            "/v1/transaction/initiate", named + " ", token: false, headers: [("x-signature", signature)])
        #expect(answer.code == "signature_invalid")
        #expect(harness.world.state.withLock { $0.drafts.isEmpty })
    }
}
