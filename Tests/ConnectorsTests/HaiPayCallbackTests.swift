import Connectors
import Core
import JSON
import TestSupport
import Testing

@Suite("HaiPay callbacks")
struct HaiPayCallbackTests {
    private func received(_ body: JSONObject, _ fixture: HaiPayFixture) throws -> CallbackNews {
        try fixture.connector.callback(callback(.object(body)), at: HaiPayFixture.now)
    }

    private func refusal(_ body: JSONObject, _ fixture: HaiPayFixture) -> CallbackRefusal? {
        do {
            _ = try received(body, fixture)
            return nil
        } catch {
            return error as? CallbackRefusal
        }
    }

    private let unverified = CallbackRefusal.unverified(
        "sign must be HaiPay's signature over exactly the other fields")

    @Test("the vectors' callbacks are believed, unknown fields and all", arguments: [true, false])
    func vectorCallbacks(appendKey: Bool) throws {
        let fixture = try HaiPayFixture(appendKey: appendKey)
        var count = 0
        for vector in try #require(fixture.vectors["cases"]?.arrayValue) {
            guard vector["name"]?.stringValue?.hasPrefix("callback") == true else { continue }
            var body = try #require(vector["fields"]?.objectValue)
            body["sign"] = vector[appendKey ? "sign" : "sign_without_key"]
            let news = try received(body, fixture)
            #expect(news.reference == body["orderId"]?.stringValue)
            #expect(news.providerReference == body["orderNo"]?.stringValue)
            let settlement = try #require(news.outcome.settlement)
            #expect(settlement.amount == Money(minor: 500_00, .kes))
            #expect(settlement.fee == Money(minor: 5_00, .kes))
            #expect(settlement.at?.iso8601 == "2024-03-01T20:59:59.000Z")
            count += 1
            body["sign"] = vector[appendKey ? "sign_without_key" : "sign"]
            #expect(refusal(body, fixture) == unverified)
        }
        #expect(count == 2)
    }

    @Test("nulls and empty texts are not signed; 0 and false are")
    func emptyFields() throws {
        let fixture = try HaiPayFixture()
        var body = try fixture.signed(HaiPayFixture.news(1, ["flag": false, "fee": 0]))
        body["note"] = .null
        body["errorMsg"] = ""
        #expect(try received(body, fixture).outcome.word == "accepted")
        body["flag"] = nil
        #expect(refusal(body, fixture) == unverified)
    }

    @Test(
        "the statuses",
        arguments: [
            (0, "accepted"), (1, "accepted"), (2, "succeeded"), (3, "failed"), (-1, "unknown"),
            (9, "unknown"),
            (nil, "unknown"),
        ] as [(JSON, String)])
    func statuses(status: JSON, word: String) throws {
        let fixture = try HaiPayFixture()
        #expect(try received(try fixture.signed(HaiPayFixture.news(status)), fixture).outcome.word == word)
    }

    @Test("a failure is told without the provider's words, which may name the payee")
    func failure() throws {
        let fixture = try HaiPayFixture()
        let message: JSONObject = ["errorMsg": "account 254712345678 of JOHN DOE does not exist"]
        let news = try received(try fixture.signed(HaiPayFixture.news(3, message)), fixture)
        #expect(news.outcome.refusal?.reason == .invalidAccount)
        let detail = try #require(news.outcome.refusal?.detail)
        #expect(!detail.isEmpty && !detail.contains("JOHN") && !detail.contains("2547"))
    }

    @Test("another app's callback is refused", arguments: [1055, "1055", nil, "x", "1054.5"] as [JSON?])
    func otherApp(appID: JSON?) throws {
        let fixture = try HaiPayFixture()
        var body = HaiPayFixture.news(2)
        body["appId"] = appID
        #expect(refusal(try fixture.signed(body), fixture) == .unverified("appId must be this account's"))
    }

    @Test(
        "signed but malformed news is refused",
        arguments: [
            ["orderId": nil], ["orderId": 5], ["orderId": "a b"], ["orderNo": nil], ["orderNo": ""],
        ] as [JSONObject])
    func malformed(changes: JSONObject) throws {
        let fixture = try HaiPayFixture()
        let body = try fixture.signed(HaiPayFixture.news(2, changes))
        #expect(
            refusal(body, fixture) == .malformed("orderId and orderNo must be texts of 1 to 64 characters"))
    }

    @Test("nested values have no signed form and are refused")
    func nested() throws {
        let fixture = try HaiPayFixture()
        var body = try fixture.signed(HaiPayFixture.news(2))
        body["more"] = [1]
        #expect(refusal(body, fixture) == unverified)
        body["more"] = [:]
        #expect(refusal(body, fixture) == unverified)
    }

    @Test("a signature that fits other fields as well is refused")
    func ambiguity() throws {
        let fixture = try HaiPayFixture()
        // Signed as a failure of one order, with words chosen by somebody else…
        let genuine = try fixture.signed(
            HaiPayFixture.news(3, ["errorMsg": "x&fee=0&orderId=VICTIM&orderNo=1&status=2&z="]))
        #expect(refusal(genuine, fixture) == unverified)
        // …which would verify as the success of another.
        let rest = "&fee=5.00&orderId=M100000450012&orderNo=3022111517401574&status=3"
        var split: JSONObject = [
            "amount": "500.00", "appId": 1054, "errorMsg": "x", "fee": "0", "orderId": "VICTIM",
            "orderNo": "1",
            "status": 2, "z": .string(rest),
        ]
        split["sign"] = genuine["sign"]
        #expect(refusal(split, fixture) == unverified)
    }

    @Test("the merchant's secret cannot be played as a field")
    func secretAsField() throws {
        let signing = try HaiPayFixture(appendKey: true)
        var body = try signing.signed(HaiPayFixture.news(2))
        body["key"] = "throwawaySecret0123456789abcdef"
        #expect(refusal(body, try HaiPayFixture(appendKey: false)) == unverified)
    }

    @Test(
        "bodies that are no JSON object are malformed",
        arguments: ["", "[]", "null", "{", "{\"a\":1,\"a\":1}"])
    func garbage(text: String) throws {
        let fixture = try HaiPayFixture()
        let request = CallbackRequest(contentType: "application/json", body: Array(text.utf8))
        #expect(throws: CallbackRefusal.malformed("the body must be a JSON object")) {
            try fixture.connector.callback(request, at: HaiPayFixture.now)
        }
    }

    @Test("is acknowledged with exactly SUCCESS")
    func acknowledgement() throws {
        let fixture = try HaiPayFixture()
        let news = try received(try fixture.signed(HaiPayFixture.news(2)), fixture)
        #expect(fixture.connector.acknowledgement(of: news).body == Array("SUCCESS".utf8))
    }

    @Test("no mutation of a signed callback is believed", arguments: Mutation.allCases)
    func mutations(mutation: Mutation) throws {
        var random = SeededGenerator()
        let fixture = try HaiPayFixture()
        let genuine = try fixture.signed(
            HaiPayFixture.news(2, ["payTime": "2024-03-01 23:59:59", "currency": "KES"]))
        for _ in 0..<150 {
            let altered = mutation.apply(to: genuine, with: &random)
            #expect(refusal(altered, fixture) != nil, "seed \(random.seed): \(altered.keys)")
        }
    }

    @Test("any order of the fields is the same callback")
    func reorder() throws {
        var random = SeededGenerator()
        let fixture = try HaiPayFixture()
        let genuine = try fixture.signed(HaiPayFixture.news(2))
        for _ in 0..<30 {
            let members = genuine.members.shuffled(using: &random).map { ($0.key, $0.value) }
            #expect(
                try received(JSONObject(members), fixture).outcome.word == "succeeded", "seed \(random.seed)")
        }
    }

    @Test("no flipped bit of a callback's body makes other news of it")
    func flippedBits() throws {
        let fixture = try HaiPayFixture()
        let body = JSON.object(try fixture.signed(HaiPayFixture.news(2))).compact()
        let genuine = try fixture.connector.callback(
            CallbackRequest(contentType: "application/json", body: body), at: HaiPayFixture.now)
        for place in body.indices {
            for bit in [0, 3, 6] {
                var altered = body
                altered[place] ^= 1 << bit
                let news = try? fixture.connector.callback(
                    CallbackRequest(contentType: "application/json", body: altered), at: HaiPayFixture.now)
                #expect(news == nil || news == genuine, "bit \(bit) of byte \(place)")
            }
        }
    }
}
