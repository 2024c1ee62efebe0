import Connectors
import Core
import Cryptography
import JSON
import TestSupport
import Testing

@Suite("KESS")
struct KESSTests {
    private let now = KESSFixture.now

    // MARK: Requests

    @Test(
        "both steps carry their fields in order, and our signature over what PHP makes of them",
        arguments: ["sha256", "sha1"])
    func requests(digest: String) throws {
        let fixture = try KESSFixture(["digest": .string(digest)])
        let create = try fixture.connector.preparation(of: KESSFixture.payment(), at: now)
        let confirm = try fixture.connector.submission(of: KESSFixture.payment(), at: now)
        let query = fixture.connector.query(of: KESSFixture.payment(), providerReference: "FT1", at: now)
        let wanted = [
            #"{"service":"create.unified.fundTransfer","out_trade_no":"cw1","receiver_id":"85512345678","#
                + #""sender_name":"Demo Shop","amount":10.5,"currency":"USD"}"#,
            #"{"service":"confirm.fundTransfer","partner_transaction_id":"cw1","pre_transfer_id":"PT1"}"#,
            #"{"service":"query.fundTransfer","out_trade_no":"cw1"}"#,
        ]
        for (request, content) in zip([create, confirm, query], wanted) {
            #expect(request.url == "https://kess.example/partnerapi/v1/gateway" && request.needsSession)
            let message = try object(request)
            #expect(
                message.members.suffix(2).map(\.key) == ["sign_type", "sign"]
                    && message["sign_type"] == "RSA2")
            let signature = try #require(message["sign"]?.stringValue.flatMap(Base64.decode))
            #expect(
                fixture.key.publicKey.verify(
                    signature: signature, of: Array(content.utf8), digest == "sha1" ? .sha1 : .sha256),
                "\(content)")
        }
    }

    @Test(
        "an amount is written as PHP writes it again",
        arguments: [(1, "0.01"), (50, "0.5"), (100, "1"), (12_34, "12.34"), (1_000_000_00, "1000000")])
    func amounts(minor: Int64, text: String) throws {
        let request = try KESSFixture().connector.preparation(of: KESSFixture.payment(minor: minor), at: now)
        #expect(try object(request)["amount"]?.numberText == text)
    }

    @Test("the sender is who the account says, else the merchant, in at most 96 characters")
    func sender() throws {
        let told = try KESSFixture(["senderName": "Wing / Causeway"])
        #expect(
            try object(told.connector.preparation(of: KESSFixture.payment(), at: now))["sender_name"]
                == "Wing / Causeway")
        var long = KESSFixture.payment()
        long.merchantName = String(repeating: "ក", count: 200)
        let name = try object(KESSFixture().connector.preparation(of: long, at: now))["sender_name"]?
            .stringValue
        #expect(name?.count == 96)
    }

    @Test(
        "a receiver is a user id or a phone number",
        arguments: [
            ("+855 12-345 678", "85512345678"), ("KESS000017", "KESS000017"), ("012345678", "012345678"),
            (String(repeating: "7", count: 25), String(repeating: "7", count: 25)),
        ])
    func receivers(written: String, sent: String) throws {
        let fixture = try KESSFixture()
        let payment = KESSFixture.payment(written)
        #expect(fixture.connector.problems(with: payment).isEmpty)
        #expect(
            try object(fixture.connector.preparation(of: payment, at: now))["receiver_id"]?.stringValue
                == sent)
    }

    @Test(
        "nobody else is a receiver",
        arguments: ["", "sok dara", "a@b", "ស", String(repeating: "7", count: 26), "+-"])
    func noReceivers(written: String) throws {
        let problems = try KESSFixture().connector.problems(with: KESSFixture.payment(written))
        #expect(problems.map(\.pointer) == ["/counterparty/accountNumber"])
    }

    @Test("nothing is confirmed that was not created")
    func unprepared() throws {
        let fixture = try KESSFixture()
        let refusal = #expect(throws: Refusal.self) {
            try fixture.connector.submission(of: KESSFixture.payment(preparation: nil), at: now)
        }
        #expect(refusal?.reason == .preparationLapsed)
    }

    // MARK: Creating

    @Test("what was created has the receiver's name, and ends a little before KESS says")
    func created() throws {
        let fixture = try KESSFixture()
        let outcome = fixture.connector.preparation(
            in: try fixture.success(KESSFixture.created), of: KESSFixture.payment(), at: now)
        #expect(outcome == .prepared(KESSFixture.preparation))
    }

    @Test(
        "what was not asked for is not taken",
        arguments: [
            (#""out_trade_no":"cw1""#, #""out_trade_no":"cw2""#), ("10.5", "10.51"), (#""USD""#, #""KHR""#),
            (#""PT1""#, #""""#), ("300", "0"), (#""Sok Dara""#, "null"),
        ])
    func otherCreated(part: String, other: String) throws {
        let fixture = try KESSFixture()
        let data = KESSFixture.created.replacing(part, with: other)
        let outcome = fixture.connector.preparation(
            in: try fixture.success(data), of: KESSFixture.payment(), at: now)
        guard case .rejected(let refusal) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(refusal.worthAnotherAccount)
    }

    @Test(
        "a refusal to create says why, and whether another account is worth a try",
        arguments: [
            ("NOTELIGIBLE", "Receiver is not eligible", Refusal.Reason.invalidAccount, false),
            ("VALIDATIONERROR", "receiver_id is wrong", .invalidAccount, false),
            ("VALIDATIONERROR", "insufficient balance", .insufficientBalance, true),
            ("VALIDATIONERROR", "no", .invalidRequest, false),
            ("SYSTEMERROR", "busy", .providerUnavailable, true),
            ("UNAUTHENTICATED", "no", .misconfigured, true),
        ])
    func refusals(code: String, words: String, reason: Refusal.Reason, another: Bool) throws {
        let fixture = try KESSFixture()
        let answer = try fixture.failure(code, words)
        let outcome = fixture.connector.preparation(in: answer, of: KESSFixture.payment(), at: now)
        guard case .rejected(let refusal) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(refusal.reason == reason && refusal.worthAnotherAccount == another)
    }

    // MARK: Confirming

    @Test("a confirmed transfer of exactly this has succeeded")
    func confirmed() throws {
        let fixture = try KESSFixture()
        let answer = try fixture.success(KESSFixture.confirmed)
        let settlement = fixture.connector.outcome(ofSubmission: answer, of: KESSFixture.payment(), at: now)
            .settlement
        #expect(settlement == Settlement(providerReference: "FT1", amount: Money(minor: 10_50, .usd)))
    }

    @Test(
        "each code does what its meaning allows when confirming",
        arguments: [
            ("USED", "unknown", nil), ("SYSTEMERROR", "unknown", nil), ("WHATEVER", "unknown", nil),
            ("EXPIRED", "rejected", .preparationLapsed), ("NOTEXIST", "rejected", .preparationLapsed),
            ("NOTELIGIBLE", "rejected", .invalidAccount), ("VALIDATIONERROR", "rejected", .invalidRequest),
        ] as [(String, String, Refusal.Reason?)])
    func confirmCodes(code: String, word: String, reason: Refusal.Reason?) throws {
        let fixture = try KESSFixture()
        let outcome = fixture.connector.outcome(
            ofSubmission: try fixture.failure(code), of: KESSFixture.payment(), at: now)
        #expect(outcome.word == word && outcome.refusal?.reason == reason)
        // Nothing that a broken server says is definitive.
        let broken = fixture.connector.outcome(
            ofSubmission: try fixture.failure(code, status: 502), of: KESSFixture.payment(), at: now)
        #expect(broken.word == "unknown")
    }

    @Test("an unsigned 401 gives a preparation up, and decides nothing where money may have moved")
    func unauthenticated() throws {
        let fixture = try KESSFixture()
        let answer = ProviderResponse(
            status: 401,
            body: Array(#"{"success":false,"error_code":"UNAUTHENTICATED","error_desc":"Unauthorized"}"#.utf8)
        )
        let payment = KESSFixture.payment()
        #expect(fixture.connector.outcome(ofSubmission: answer, of: payment, at: now).word == "unknown")
        #expect(fixture.connector.outcome(ofQuery: answer, of: payment, at: now).word == "unknown")
        guard case .rejected = fixture.connector.preparation(in: answer, of: payment, at: now) else {
            return #expect(Bool(false))
        }
    }

    @Test(
        "what is about another transfer, in another amount or currency is not this one",
        arguments: [
            (#""out_trade_no":"cw1""#, #""out_trade_no":"cw2""#, "unknown"),
            (#""pre_transfer_id":"PT1""#, #""pre_transfer_id":"PT2""#, "unknown"),
            (#""SUCCESS""#, #""PENDING""#, "unknown"), (#""USD""#, #""XXX""#, "unknown"),
            ("10.5", #""ten""#, "unknown"), ("10.5", "10.51", "succeeded"), (#""USD""#, #""KHR""#, "unknown"),
        ])
    func otherConfirmed(part: String, other: String, word: String) throws {
        let fixture = try KESSFixture()
        let data = KESSFixture.confirmed.replacing(part, with: other)
        let outcome = fixture.connector.outcome(
            ofSubmission: try fixture.success(data), of: KESSFixture.payment(), at: now)
        #expect(outcome.word == word)
        // Another amount is told as it is: the order goes to review.
        if let told = outcome.settlement { #expect(told.amount == Money(minor: 10_51, .usd)) }
    }

    // MARK: Asking

    @Test(
        "expired proves something only once the transfer has long been over",
        arguments: [(0, "unknown"), (290, "unknown"), (349, "unknown"), (350, "rejected")])
    func expired(seconds: Int, word: String) throws {
        let fixture = try KESSFixture()
        let outcome = fixture.connector.outcome(
            ofQuery: try fixture.failure("EXPIRED"), of: KESSFixture.payment(), at: now + .seconds(seconds))
        #expect(outcome.word == word)
    }

    @Test(
        "what else a query may answer",
        arguments: [
            ("NOTEXIST", "not found"), ("SYSTEMERROR", "unknown"), ("VALIDATIONERROR", "unknown"),
            ("USED", "unknown"),
        ])
    func queryCodes(code: String, word: String) throws {
        let fixture = try KESSFixture()
        #expect(
            fixture.connector.outcome(ofQuery: try fixture.failure(code), of: KESSFixture.payment(), at: now)
                .word == word)
        let made = try fixture.success(KESSFixture.confirmed)
        #expect(
            fixture.connector.outcome(ofQuery: made, of: KESSFixture.payment(), at: now).word == "succeeded")
        #expect(
            try KESSFixture(["notFoundGraceSeconds": 5]).connector.notFoundGrace(for: .usdKESS) == .seconds(5)
        )
        #expect(fixture.connector.notFoundGrace(for: .usdKESS) == nil)
    }

    @Test("no change of a signed answer verifies, at any step", arguments: Mutation.allCases)
    func forged(mutation: Mutation) throws {
        let fixture = try KESSFixture()
        var random = SeededGenerator()
        let genuine = try #require(JSON.parse(try fixture.success(KESSFixture.confirmed).body).objectValue)
        for _ in 0..<40 {
            var changed = mutation.apply(to: genuine, sparing: "sign_type", with: &random)
            if mutation == .change || mutation == .changeKind, changed == genuine { continue }
            if changed["sign"] == genuine["sign"], changed["data"] == genuine["data"] {
                var data = try #require(genuine["data"]?.objectValue)
                data = mutation.apply(to: data, with: &random)
                changed["data"] = .object(data)
            }
            if changed == genuine { continue }
            let answer = ProviderResponse(status: 200, body: JSON.object(changed).compact())
            let outcome = fixture.connector.outcome(ofSubmission: answer, of: KESSFixture.payment(), at: now)
            #expect(outcome.word == "unknown", "seed \(random.seed): \(changed)")
            #expect(
                fixture.connector.outcome(ofQuery: answer, of: KESSFixture.payment(), at: now).word
                    == "unknown")
        }
    }

    @Test("a signed message in another order is another message")
    func order() throws {
        let fixture = try KESSFixture()
        let genuine = try #require(JSON.parse(try fixture.success(KESSFixture.confirmed).body).objectValue)
        let turned = JSONObject(genuine.members.reversed().map { ($0.key, $0.value) })
        let answer = ProviderResponse(status: 200, body: JSON.object(turned).compact())
        #expect(
            fixture.connector.outcome(ofSubmission: answer, of: KESSFixture.payment(), at: now).word
                == "unknown")
    }

    // MARK: The token

    @Test("a token is asked for with the partner's credentials, and renewed a minute before its end")
    func token() throws {
        let session = try #require(try KESSFixture().connector.session)
        let request = try #require(session.request(at: now))
        #expect(request.url == "https://kess.example/partnerapi/v1/token" && !request.needsSession)
        #expect(
            request.headers.filter { $0.name.hasPrefix("partner") } == [
                .init("partner-id", "partner-1"), .init("partner-secret-key", "secret-1"),
            ])
        #expect(try object(request) == ["user_name": "user", "password": "pass word"])
        let grant = try session.grant(in: answer(["access_token": "abc", "expire_in": 3600]), at: now)
        #expect(
            grant
                == SessionGrant(token: "abc", renewAt: now + .seconds(3540), expiresAt: now + .seconds(3600)))
        let short = try session.grant(in: answer(["access_token": "abc", "expire_in": 10]), at: now)
        #expect(short.renewAt == now + .seconds(5))
        #expect(try KESSFixture(["password": "other"]).connector.session?.identity != session.identity)
    }

    @Test(
        "what is no token is none",
        arguments: [
            (401, ["success": false]), (500, ["access_token": "a", "expire_in": 1]),
            (200, ["access_token": "a"]),
            (200, ["access_token": "a b", "expire_in": 60]), (200, ["access_token": "", "expire_in": 60]),
            (200, ["access_token": "a", "expire_in": 0]), (200, []),
        ] as [(Int, JSON)])
    func noToken(status: Int, body: JSON) throws {
        let session = try #require(try KESSFixture().connector.session)
        #expect(throws: ConnectorError.self) { try session.grant(in: answer(body, status: status), at: now) }
    }

    @Test("keys and header values that cannot be read are told by their names")
    func badSettings() throws {
        for (name, value) in [("partnerPrivateKey", "x"), ("platformPublicKey", "x"), ("partnerId", "a\nb")] {
            let problem = #expect(throws: FieldProblem.self) { try KESSFixture([name: .string(value)]) }
            #expect(problem?.pointer == "/settings/\(name)")
        }
    }
}
