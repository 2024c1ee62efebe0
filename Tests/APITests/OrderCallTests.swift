import Core
import HTTP
import JSON
import Orchestration
import Synchronization
import Testing

@testable import API

@Suite("Order calls")
struct OrderCallTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    @Test("makes an order in one call and answers in the envelope")
    func create() async throws {
        let answer = try await harness.post(
            "/v1/transaction",
            Harness.body([
                "description": "tea",
                "metadata": ["n": .number(JSONNumber(text: "1.5") ?? JSONNumber(0)), "a": true],
            ]))
        #expect(answer.status == 201)
        #expect(answer.json["status"]?.int64 == 201)
        #expect(answer.json["message"]?.stringValue == "success")
        #expect(answer.result["amount"]?.stringValue == "1000.00")
        #expect(answer.result["payableAmount"]?.stringValue == "1000.00")
        #expect(answer.result["txnId"] == answer.result["pe_txnId"])
        #expect(answer.result["status"]?.stringValue == "pending")
        #expect(
            answer.result["metadata"] == ["n": .number(try #require(JSONNumber(text: "1.5"))), "a": true])
        #expect(answer.result["signature"] == nil)
        #expect(answer.header("Cache-Control") == "no-store")
    }

    @Test(
        "takes an amount as a number or a string, exactly",
        arguments: [
            ("345.67", 34_567), ("\"345.67\"", 34_567), ("1e3", 100_000), ("0.01", 1), ("1000.00", 100_000),
        ])
    func amounts(_ written: String, _ minor: Int64) async throws {
        let body = Harness.body(without: "amount").dropLast() + ",\"amount\":\(written)}"
        #expect(try await harness.post("/v1/transaction", String(body)).status == 201)
        #expect(harness.world.state.withLock { $0.drafts.last?.amount.minor } == minor)
    }

    @Test(
        "refuses an amount that is none, with a pointer",
        arguments: [
            "0", "-1", "0.001", "\"\"", "\"1,000\"", "\" 1\"", "\"1e3\"", "\"0x10\"", "true", "[]", "{}",
            "1e999",
            "9999999999999999", "\"+1\"", "\"01\"", "\"1.\"", "null",
        ])
    func badAmounts(_ written: String) async throws {
        let body = Harness.body(without: "amount").dropLast() + ",\"amount\":\(written)}"
        let answer = try await harness.post("/v1/transaction", String(body))
        #expect(answer.status == 422)
        #expect(answer.code == "fields_invalid")
        #expect(answer.pointers == ["/amount"])
    }

    @Test("tells every problem at once")
    func everything() async throws {
        let answer = try await harness.post(
            "/v1/transaction",
            #"{"currencyId":"EUR","paymentMethodId":7,"amount":"x","referenceNumber":"a b","notifyUrl":"ftp://x","#
                + #""redirectUrl":3,"description":"a\u0000","metadata":{"a":[],"":1},"expiresAt":"tomorrow","#
                + #""counterparty":{"email":"no","phone":"abc","extra":1},"a/b~c":1}"#)
        #expect(answer.status == 422)
        #expect(
            Set(answer.pointers) == [
                "/currencyId", "/paymentMethodId", "/amount", "/referenceNumber", "/notifyUrl",
                "/redirectUrl",
                "/description", "/metadata/a", "/metadata/", "/expiresAt", "/counterparty/email",
                "/counterparty/phone", "/counterparty/extra", "/a~1b~0c",
            ])
        #expect(answer.response.contentType == "application/problem+json")
        #expect(answer.json["status"]?.int64 == 422)
        #expect(harness.world.state.withLock { $0.drafts.isEmpty })
    }

    @Test("refuses a currency that is not the method's")
    func currency() async throws {
        let answer = try await harness.post("/v1/transaction", Harness.body(["currencyId": "KES"]))
        #expect(answer.pointers == ["/currencyId"])
    }

    @Test("says which fields are missing")
    func missing() async throws {
        let answer = try await harness.post("/v1/transaction", "{}")
        #expect(answer.pointers == ["/paymentMethodId", "/currencyId", "/amount", "/referenceNumber"])
    }

    @Test(
        "answers what cannot be read with 400",
        arguments: ["", "{", "{\"a\":1,\"a\":2}", "nonsense", "{\"a\":\"\\ud800\"}", "\u{feff}{}"])
    func unreadable(_ text: String) async throws {
        let answer = try await harness.post("/v1/transaction", text)
        #expect(answer.status == 400)
        #expect(answer.code == "body_malformed")
    }

    @Test("answers JSON that is no object with 422", arguments: ["[]", "1", "null", "\"x\""])
    func noObject(_ text: String) async throws {
        #expect(try await harness.post("/v1/transaction", text).status == 422)
    }

    @Test(
        "answers other types with 415",
        arguments: ["text/plain", "application/xml", "nonsense", "application/json; charset=latin1"])
    func types(_ type: String) async throws {
        let answer = try await harness.ask(
            .post, "/v1/transaction", headers: [("Content-Type", type)], body: Array(Harness.body().utf8))
        #expect(answer.status == 415)
    }

    @Test("reads forms with both ways of nesting")
    func forms() async throws {
        let form =
            "currencyId=KES&paymentMethodId=KES_EWALLET&amount=500&referenceNumber=f-1&counterparty[name]=Jane+Doe"
            + "&counterparty.phone=254712345678&counterparty%5BbankCode%5D=0001&metadata[cart.id]=7&expiresIn=600"
        let answer = try await harness.ask(
            .post, "/v1/transaction", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8))
        #expect(answer.status == 201)
        let draft = try #require(harness.world.state.withLock { $0.drafts.last })
        #expect(draft.counterparty[.name] == "Jane Doe")
        #expect(draft.counterparty[.phone] == "254712345678")
        #expect(draft.counterparty[.bankCode] == "0001")
        #expect(draft.metadata?["cart.id"]?.stringValue == "7")
        #expect(draft.amount.minor == 50_000)
        #expect(draft.expiresAt == Harness.now + .seconds(600))
    }

    @Test("reads multipart forms")
    func multipart() async throws {
        let fields = [
            ("currencyId", "THB"), ("paymentMethodId", "THB_QR"), ("amount", "20.50"),
            ("referenceNumber", "m-1"),
            ("counterparty[name]", "สมชาย"),
        ]
        let parts = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }
            .joined()
        let answer = try await harness.ask(
            .post, "/v1/transaction", headers: [("Content-Type", "multipart/form-data; boundary=b")],
            body: Array((parts + "--b--\r\n").utf8))
        #expect(answer.status == 201)
        #expect(harness.world.state.withLock { $0.drafts.last?.counterparty[.name] } == "สมชาย")
    }

    @Test("refuses a form's field that comes twice")
    func twice() async throws {
        let answer = try await harness.ask(
            .post, "/v1/transaction", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("amount=1&amount=2&counterparty[name]=a&counterparty.name=b".utf8))
        #expect(answer.status == 422)
        #expect(answer.pointers == ["/amount", "/counterparty/name"])
    }

    @Test(
        "bounds metadata",
        arguments: [
            "{\"a\":null}", "{\"a\":{}}", "{\"a\":1e400}", "{\"a\":\"\\u0000\"}",
            "{\"a\":\"" + String(repeating: "x", count: 4096) + "\"}",
            "{" + (0..<21).map { "\"k\($0)\":1" }.joined(separator: ",") + "}", "[]",
        ])
    func metadata(_ text: String) async throws {
        let body = Harness.body().dropLast() + ",\"metadata\":\(text)}"
        let answer = try await harness.post("/v1/transaction", String(body))
        #expect(answer.status == 422)
        #expect(answer.pointers.allSatisfy { $0.hasPrefix("/metadata") } && !answer.pointers.isEmpty)
    }

    @Test("refuses an end in the past, or more than a day away", arguments: [-1, 0, 86_401])
    func expiry(_ seconds: Int64) async throws {
        let at = (Harness.now + .seconds(seconds)).iso8601
        let answer = try await harness.post("/v1/transaction", Harness.body(["expiresAt": .string(at)]))
        #expect(answer.pointers == ["/expiresAt"])
    }

    @Test("carries the existing order's id when a reference number comes again")
    func duplicate() async throws {
        let first = try await harness.post("/v1/transaction", Harness.body())
        let second = try await harness.post("/v1/transaction", Harness.body())
        #expect(second.status == 409)
        #expect(second.code == "reference_duplicate")
        #expect(second.json["txnId"] == first.result["txnId"])
    }

    @Test("answers 503 with Retry-After when the database is away")
    func unavailable() async throws {
        harness.world.state.withLock { $0.failure = .unavailable }
        for answer in [
            try await harness.post("/v1/transaction", Harness.body()),
            try await harness.ask(.get, "/v1/transaction"),
            try await harness.ask(
                .get, "/admin/v1/merchants", headers: [("Authorization", "Bearer \(Harness.adminKey)")]),
        ] {
            #expect(answer.status == 503)
            #expect(answer.header("Retry-After") != nil)
        }
    }
}
