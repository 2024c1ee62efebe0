import Connectors
import Core
import Cryptography
import JSON
import TestSupport
import Testing

@Suite("PayPlus callbacks")
struct PayPlusCallbackTests {
    private let now = PayPlusFixture.now

    private func received(
        _ body: JSON, _ more: JSONObject = [:], at time: Timestamp = PayPlusFixture.now
    ) throws -> CallbackNews {
        try PayPlusFixture.connector(more).callback(callback(body), at: time)
    }

    private func refusal(
        _ body: JSON, _ more: JSONObject = [:], at time: Timestamp = PayPlusFixture.now
    ) -> CallbackRefusal? {
        do {
            _ = try received(body, more, at: time)
            return nil
        } catch {
            return error as? CallbackRefusal
        }
    }

    @Test(
        "the vector's callback is believed, by either signer's token",
        arguments: [
            "token_node_jsonwebtoken_form", "token_pyjwt",
        ])
    func vector(token: String) throws {
        let vector = try #require(try vectors("thb_jwt_hs256")["cases"]?[3])
        var message = try #require(vector["params"]?.objectValue)
        message["signature"] = vector[token]
        let news = try received(.object(message))
        #expect(news.reference == "unique_transaction_id")
        #expect(news.providerReference == "DP1640995200ABC123")
        #expect(news.direction == .payin)
        #expect(news.amount == Money(minor: 1000_00, .thb))
        let settlement = try #require(news.outcome.settlement)
        #expect(settlement.amount == Money(minor: 1000_00, .thb))
        #expect(settlement.fee == Money(minor: 5_00, .thb))
        #expect(settlement.at == Timestamp(seconds: 1_640_995_380))
        #expect(settlement.doubt == nil)
    }

    @Test("the negative vectors are refused")
    func negatives() throws {
        let all = try #require(try vectors("thb_jwt_hs256")["negative"]?.arrayValue)
        #expect(all.count == 3)
        let first = try #require(try vectors("thb_jwt_hs256")["cases"]?[0]?["params"]?.objectValue)
        for vector in all {
            var body = vector["body"]?.objectValue ?? (vector["name"] == "wrong_key" ? ["a": 1] : first)
            body["signature"] = vector["token"]
            let refusal = refusal(.object(body), ["callbackToleranceSeconds": 0])
            guard case .unverified = refusal else {
                Issue.record("\(vector["name"] ?? nil): \(String(describing: refusal))")
                continue
            }
        }
    }

    @Test("spelling does not matter: order, spaces, numbers and escapes")
    func spelling() throws {
        let message = try #require(
            PayPlusFixture.signed(PayPlusFixture.news(["note": "é ก"])).objectValue)
        let token = try #require(message["signature"]?.stringValue)
        let text = """
            { "signature" : "\(token)", "note":"\\u00e9 \\u0e01", "timestamp":"1640995380","status":"completed",
              "actual_amount":995.00,"transfer_amount":9.95e2,"fee":5.0,"amount":1000.0,"type":"deposit",
              "agent_order_no":"unique_transaction_id","order_no":"DP1640995200ABC123" }
            """
        let request = CallbackRequest(contentType: "application/json", body: Array(text.utf8))
        #expect(try PayPlusFixture.connector().callback(request, at: now).outcome.word == "succeeded")
    }

    @Test("a token that says more or less than the body is a forgery")
    func content() throws {
        let signed = try #require(PayPlusFixture.signed(PayPlusFixture.news()).objectValue)
        var more = signed
        more["iat"] = 1
        var less = signed
        less["fee"] = nil
        var composed = PayPlusFixture.news(["note": "\u{e9}"])
        composed["signature"] = PayPlusFixture.signed(PayPlusFixture.news(["note": "e\u{301}"]))["signature"]
        for body in [more, less, composed, PayPlusFixture.news(), signed.removing("signature")] {
            #expect(
                refusal(.object(body))
                    == .unverified("signature must be a JWT (HS256) over exactly the other fields"))
        }
        #expect(refusal(PayPlusFixture.signed(PayPlusFixture.news(), key: "x")) != nil)
    }

    @Test(
        "other algorithms are refused, whatever the header says",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"RS256"}"#, #"{"alg":"hs256"}"#,
            "{}",
        ])
    func algorithms(header: String) throws {
        let claims = JSON.object(PayPlusFixture.news()).javaScript(sortedKeys: true)
        let content = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(claims)
        let mac = HMAC.sha256(key: Array(PayPlusFixture.key.utf8), Array(content.utf8))
        for token in [content + ".", content + "." + Base64.encodeURL(mac)] {
            var message = PayPlusFixture.news()
            message["signature"] = .string(token)
            #expect(refusal(.object(message)) != nil)
        }
    }

    @Test("the callback key takes the API key's place")
    func callbackKey() throws {
        let news = PayPlusFixture.news()
        let more: JSONObject = ["callbackKey": "the other key"]
        #expect(
            try received(PayPlusFixture.signed(news, key: "the other key"), more).outcome.word == "succeeded")
        #expect(refusal(PayPlusFixture.signed(news), more) != nil)
    }

    @Test(
        "the time must be near, in seconds or milliseconds, as a string or a number",
        arguments: [
            ("1640995380", true), ("1640995380000", true), (1_640_995_380, true), (1_640_995_380_000, true),
            ("1640995080", true), ("1640995680", true), ("1640995079", false), ("1640995681", false),
            ("0", false),
            ("99999999999999", false),
        ] as [(JSON, Bool)])
    func tolerance(timestamp: JSON, isNear: Bool) throws {
        let body = PayPlusFixture.signed(PayPlusFixture.news(["timestamp": timestamp]))
        #expect(refusal(body) == (isNear ? nil : .stale))
        #expect(refusal(body, ["callbackToleranceSeconds": 0]) == nil)
    }

    @Test(
        "a time that does not read is malformed, unless age does not matter",
        arguments: [
            nil, "", "x", "-1", "+5", " 5", "1640995380.5", true, "999999999999999999999",
        ] as [JSON])
    func badTime(timestamp: JSON) throws {
        let body = PayPlusFixture.signed(PayPlusFixture.news(["timestamp": timestamp]))
        #expect(refusal(body) == .malformed("timestamp must be Unix time, in seconds or milliseconds"))
        #expect(refusal(body, ["callbackToleranceSeconds": 0]) == nil)
    }

    @Test(
        "the withdrawal's words",
        arguments: [
            ("waiting", "accepted"), ("created", "accepted"), ("in batch", "accepted"),
            ("processing", "accepted"),
            ("completed", "succeeded"), ("cancelled", "failed"), ("failed", "failed"), ("on hold", "unknown"),
            ("COMPLETED", "unknown"),
        ])
    func words(word: String, outcome: String) throws {
        let news = try received(
            PayPlusFixture.signed(PayPlusFixture.news(["type": "withdrawal", "status": .string(word)])))
        #expect(news.outcome.word == outcome)
        #expect(news.direction == .payout)
        if outcome == "failed" {
            #expect(news.outcome.refusal?.reason == (word == "cancelled" ? .cancelledByProvider : .declined))
        }
    }

    @Test(
        "signed but malformed news is refused",
        arguments: [
            ["type": "refund"], ["type": nil], ["type": 5], ["agent_order_no": nil], ["agent_order_no": ""],
            ["agent_order_no": 5], ["order_no": nil], ["order_no": "a\nb"],
            ["order_no": .string(String(repeating: "9", count: 65))],
        ] as [JSONObject])
    func malformed(changes: JSONObject) throws {
        guard case .malformed = refusal(PayPlusFixture.signed(PayPlusFixture.news(changes))) else {
            Issue.record("believed")
            return
        }
    }

    @Test(
        "bodies that are no JSON object are malformed",
        arguments: [
            "", "[]", "null", "{", "{\"a\":1,\"a\":1}", "amount=1&status=completed", "\u{0}",
        ])
    func garbage(text: String) throws {
        let request = CallbackRequest(contentType: "application/json", body: Array(text.utf8))
        #expect(throws: CallbackRefusal.malformed("the body must be a JSON object")) {
            try PayPlusFixture.connector().callback(request, at: now)
        }
    }

    @Test("is acknowledged in PayPlus's words")
    func acknowledgement() throws {
        let connector = try PayPlusFixture.connector()
        let news = try received(PayPlusFixture.signed(PayPlusFixture.news()))
        let acknowledgement = connector.acknowledgement(of: news)
        #expect(acknowledgement.contentType == "application/json")
        #expect(acknowledgement.body == Array(#"{"code":200,"message":"Success"}"#.utf8))
    }

    @Test("no mutation of a signed callback is believed", arguments: Mutation.allCases)
    func mutations(mutation: Mutation) throws {
        var random = SeededGenerator()
        let genuine = try #require(PayPlusFixture.signed(PayPlusFixture.news()).objectValue)
        for _ in 0..<300 {
            let altered = mutation.apply(to: genuine, with: &random)
            #expect(refusal(.object(altered)) != nil, "seed \(random.seed): \(altered.keys)")
        }
    }

    @Test("any order of the fields is the same callback")
    func reorder() throws {
        var random = SeededGenerator()
        let genuine = try #require(PayPlusFixture.signed(PayPlusFixture.news()).objectValue)
        for _ in 0..<50 {
            let members = genuine.members.shuffled(using: &random).map { ($0.key, $0.value) }
            #expect(
                try received(.object(JSONObject(members))).outcome.word == "succeeded", "seed \(random.seed)")
        }
    }

    @Test("no flipped byte of a callback's body makes other news of it")
    func flippedBytes() throws {
        let body = PayPlusFixture.signed(PayPlusFixture.news()).compact()
        let connector = try PayPlusFixture.connector()
        let genuine = try connector.callback(
            CallbackRequest(contentType: "application/json", body: body), at: now)
        for place in body.indices {
            for bit in [0, 3, 6] {
                var altered = body
                altered[place] ^= 1 << bit
                let news = try? connector.callback(
                    CallbackRequest(contentType: "application/json", body: altered), at: now)
                #expect(news == nil || news == genuine, "bit \(bit) of byte \(place)")
            }
        }
    }
}
