import Connectors
import Core
import JSON
import TestSupport
import Testing

@Suite("HaiPay answers")
struct HaiPayOutcomeTests {
    private let now = HaiPayFixture.now

    private func submitted(_ body: JSON, status: Int = 200, _ fixture: HaiPayFixture) -> Outcome {
        fixture.connector.outcome(
            ofSubmission: answer(body, status: status), of: HaiPayFixture.payment(), at: now)
    }

    private func queried(_ body: JSON, status: Int = 200, _ fixture: HaiPayFixture) -> Outcome {
        fixture.connector.outcome(ofQuery: answer(body, status: status), of: HaiPayFixture.payment(), at: now)
    }

    private let taken: JSONObject = ["orderId": "M100000450012", "orderNo": "3023062014149637"]

    @Test(
        "an application is accepted with HaiPay's number, with and without the secret",
        arguments: [true, false])
    func accepted(appendKey: Bool) throws {
        let fixture = try HaiPayFixture(appendKey: appendKey)
        let outcome = submitted(try fixture.success(taken), fixture)
        #expect(outcome.acceptance?.providerReference == "3023062014149637")
        let other = try HaiPayFixture(appendKey: !appendKey)
        #expect(submitted(try fixture.success(taken), other).word == "unknown")
    }

    @Test("the vectors' answers verify")
    func vectorAnswers() throws {
        let fixture = try HaiPayFixture()
        for vector in try #require(fixture.vectors["cases"]?.arrayValue)
        where vector["signed_by"] == "platform" {
            var data = try #require(vector["fields"]?.objectValue)
            data["sign"] = vector["sign"]
            var payment = HaiPayFixture.payment(minor: 100_000_00)
            payment.reference = try #require(data["orderId"]?.stringValue)
            let response = answer(["status": 1, "error": "00000000", "msg": "", "data": .object(data)])
            let outcome = fixture.connector.outcome(ofSubmission: response, of: payment, at: now)
            #expect(outcome.word == "accepted", "\(vector["name"] ?? nil)")
            guard vector["name"] == "query_response_success" else { continue }
            let settlement = try #require(
                fixture.connector.outcome(ofQuery: response, of: payment, at: now).settlement)
            #expect(settlement.amount == payment.amount)
            #expect(settlement.fee == Money(minor: 1003_00, .kes))
            #expect(settlement.at?.iso8601 == "2024-03-01T20:59:59.000Z")
        }
    }

    @Test(
        "the query's statuses",
        arguments: [
            (0, "accepted"), (1, "accepted"), (2, "succeeded"), (3, "failed"), (-1, "unknown"),
            (4, "unknown"),
            ("2", "succeeded"), ("-1", "unknown"), ("two", "unknown"), (nil, "unknown"), (true, "unknown"),
            ("", "unknown"),
        ] as [(JSON, String)])
    func statuses(status: JSON, word: String) throws {
        let fixture = try HaiPayFixture()
        #expect(queried(try fixture.success(HaiPayFixture.order(status)), fixture).word == word)
    }

    @Test(
        "a failure's words become a reason",
        arguments: [
            ("Insufficient balance", Refusal.Reason.insufficientBalance),
            ("account does not exist", .invalidAccount),
            ("Invalid bank account", .invalidAccount), ("receiver name error", .nameMismatch),
            ("exceeds daily limit", .limitExceeded), ("error", .declined), ("", .declined),
        ])
    func failures(message: String, reason: Refusal.Reason) throws {
        let fixture = try HaiPayFixture()
        let body = try fixture.success(HaiPayFixture.order(3, ["errorMsg": .string(message)]))
        let refusal = try #require(queried(body, fixture).refusal)
        #expect(refusal.reason == reason)
        #expect(!refusal.detail.isEmpty && (message.isEmpty || refusal.detail == message))
    }

    @Test(
        "the table of refusals",
        arguments: [
            ("4002", "system:channel code does not exist", Refusal.Reason.bankUnavailable, true),
            ("1001", "sign error", .misconfigured, true),
            ("1001", "appId does not exist", .misconfigured, true),
            ("1001", "IP not in whitelist", .misconfigured, true),
            ("1001", "Merchant is disabled", .misconfigured, true),
            ("2001", "merchant balance not enough", .insufficientBalance, true),
            ("2001", "amount exceeds the limit", .limitExceeded, false),
            ("2001", "daily limit", .limitExceeded, true),
            ("2001", "invalid mobile number", .invalidAccount, false),
            ("2001", "bank account is invalid", .invalidAccount, false),
            ("2001", "name format error", .nameMismatch, false),
            ("2001", "bank offline", .bankUnavailable, true),
            ("9999", "system error", .providerUnavailable, false), ("9999", "", .invalidRequest, false),
            ("9999", "recipient assigned", .invalidAccount, false),
        ])
    func refusals(error: String, message: String, reason: Refusal.Reason, another: Bool) throws {
        let fixture = try HaiPayFixture()
        for status in [200, 400] {
            let outcome = submitted(HaiPayFixture.failure(error, message), status: status, fixture)
            #expect(outcome.word == "rejected")
            #expect(outcome.refusal?.reason == reason)
            #expect(outcome.refusal?.worthAnotherAccount == another)
        }
        let numeric: JSON = ["status": 0, "error": .string(error), "msg": .string(message), "data": nil]
        #expect(submitted(numeric, fixture).word == "rejected")
        #expect(queried(numeric, fixture).word == "unknown")
    }

    @Test(
        "a reference that is known already proves an earlier arrival",
        arguments: [
            "orderId already exists", "Duplicate order", "order repeated", "商户订单号重复", "订单已存在",
        ])
    func duplicates(message: String) throws {
        let fixture = try HaiPayFixture()
        #expect(submitted(HaiPayFixture.failure("4001", message), fixture).word == "unknown")
    }

    @Test(
        "what is not as documented is unknown",
        arguments: [
            [:], [], nil, "x", ["status": "1"], ["status": "0", "error": "4002"],
            ["status": "0", "msg": "x"],
            ["status": "0", "error": "00000000", "msg": "x"], ["status": "0", "error": "", "msg": "x"],
            ["status": "0", "error": 4002, "msg": "x"], ["status": "0", "error": "4002", "msg": 5],
            ["status": "0", "error": "4002", "msg": "x", "data": ["orderId": "M1"]],
            ["status": "2", "error": "4002", "msg": "x"], ["status": false, "error": "4002", "msg": "x"],
            ["status": "1", "error": "00000000", "msg": ""],
            ["status": "1", "error": "00000000", "data": []],
            ["status": "1", "error": "00000000", "data": ["orderId": "M100000450012", "orderNo": "1"]],
        ] as [JSON])
    func unexpected(body: JSON) throws {
        let fixture = try HaiPayFixture()
        for status in [200, 400, 500] {
            #expect(submitted(body, status: status, fixture).word == "unknown")
            #expect(queried(body, status: status, fixture).word == "unknown")
        }
    }

    @Test("a status of HTTP that contradicts the body is unknown", arguments: [100, 301, 404, 500, 502, 504])
    func httpStatus(status: Int) throws {
        let fixture = try HaiPayFixture()
        #expect(submitted(try fixture.success(taken), status: status, fixture).word == "unknown")
        #expect(
            queried(try fixture.success(HaiPayFixture.order(2)), status: status, fixture).word == "unknown")
        if status >= 500 {
            #expect(submitted(HaiPayFixture.failure("4002", "x"), status: status, fixture).word == "unknown")
        }
    }

    @Test(
        "signed answers about something else are unknown",
        arguments: [
            ["orderId": "M2"], ["orderId": nil], ["orderNo": nil], ["orderNo": ""], ["appId": 1055],
            ["appId": "x"],
        ] as [JSONObject])
    func others(changes: JSONObject) throws {
        let fixture = try HaiPayFixture()
        let body = try fixture.success(HaiPayFixture.order(2, changes))
        #expect(queried(body, fixture).word == "unknown")
        #expect(submitted(body, fixture).word == "unknown")
    }

    @Test("other amounts reach the comparison with the order, and are never taken for ours")
    func amounts() throws {
        let fixture = try HaiPayFixture()
        func outcome(_ status: JSON, _ changes: JSONObject) throws -> Outcome {
            queried(try fixture.success(HaiPayFixture.order(status, changes)), fixture)
        }
        #expect(try outcome(2, ["amount": "499.99"]).settlement?.amount == Money(minor: 499_99, .kes))
        #expect(try outcome(2, ["currency": "USD"]).settlement?.amount == Money(minor: 500_00, .usd))
        #expect(try outcome(2, ["currency": "kes"]).settlement?.amount == Money(minor: 500_00, .kes))
        #expect(try outcome(2, ["fee": "x"]).settlement?.doubt != nil)
        #expect(try outcome(2, ["fee": ""]).settlement?.doubt == nil)
        #expect(try outcome(2, ["payTime": "soon"]).settlement?.at == nil)
        for changes in [
            ["amount": "x"], ["amount": nil], ["amount": "0"], ["amount": "-500"], ["currency": "XXX"],
        ]
            as [JSONObject]
        {
            #expect(try outcome(2, changes).word == "unknown")
        }
        for status in [0, 1, 3] as [JSON] {
            #expect(try outcome(status, ["amount": "499.99"]).word == "unknown")
        }
    }

    @Test(
        "not found is what says so of the order",
        arguments: [
            ("order does not exist", "not found"), ("orderId not exist", "not found"),
            ("Order not found", "not found"),
            ("system:channel code does not exist", "unknown"), ("appId does not exist", "unknown"),
            ("", "unknown"),
            ("order processing", "unknown"),
        ])
    func notFound(message: String, word: String) throws {
        let fixture = try HaiPayFixture()
        #expect(queried(HaiPayFixture.failure("4003", message), fixture).word == word)
        #expect(submitted(HaiPayFixture.failure("4003", message), fixture).word == "rejected")
        #expect(fixture.connector.notFoundGrace(for: .kesBank) == nil)
    }

    @Test("the available balance is told, where its signature verifies")
    func ledger() throws {
        let fixture = try HaiPayFixture()
        let data: JSONObject = [
            "bal": "900.00", "availableBal": "800.50", "frzBal": "99.50", "unSettleBal": "0",
        ]
        let good = answer(try fixture.success(data))
        #expect(
            try fixture.connector.balance(in: good, currency: .kes).available == Money(minor: 800_50, .kes))
        var forged = try fixture.signed(data)
        forged["availableBal"] = "900.00"
        let bodies: [JSON] = [
            ["status": "1", "error": "00000000", "data": .object(forged)], HaiPayFixture.failure("1", "no"),
            try fixture.success(["bal": "1"]), [],
        ]
        for body in bodies {
            #expect(throws: ConnectorError.self) {
                try fixture.connector.balance(in: answer(body), currency: .kes)
            }
        }
    }

    @Test("no mutation of a signed answer is believed", arguments: Mutation.allCases)
    func mutations(mutation: Mutation) throws {
        var random = SeededGenerator()
        let fixture = try HaiPayFixture()
        let genuine = try fixture.signed(HaiPayFixture.order(2, ["payTime": "2024-03-01 23:59:59"]))
        for _ in 0..<150 {
            let data = mutation.apply(to: genuine, with: &random)
            let body: JSON = ["status": "1", "error": "00000000", "msg": "", "data": .object(data)]
            #expect(queried(body, fixture).word == "unknown", "seed \(random.seed): \(data.keys)")
        }
    }
}
