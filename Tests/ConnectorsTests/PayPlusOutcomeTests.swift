import Connectors
import Core
import JSON
import Testing

@Suite("PayPlus answers")
struct PayPlusOutcomeTests {
    private let now = PayPlusFixture.now

    private func submitted(
        _ body: JSON, status: Int = 200, _ method: PaymentMethod = .thbQR
    ) throws -> Outcome {
        try PayPlusFixture.connector().outcome(
            ofSubmission: answer(body, status: status), of: PayPlusFixture.payment(method), at: now)
    }

    private func queried(_ body: JSON, status: Int = 200, _ method: PaymentMethod = .thbBank) throws
        -> Outcome
    {
        try PayPlusFixture.connector().outcome(
            ofQuery: answer(body, status: status), of: PayPlusFixture.payment(method), at: now)
    }

    @Test("a deposit is accepted with the amount to pay, the code, the page and the expiry")
    func deposit() throws {
        let acceptance = try #require(try submitted(PayPlusFixture.deposit()).acceptance)
        #expect(acceptance.providerReference == "DP1640995200ABC123")
        #expect(acceptance.payable == Money(minor: 1000_00, .thb))
        #expect(acceptance.expiresAt?.iso8601 == "2024-01-01T12:05:00.000Z")
        #expect(acceptance.artefact?.qrCode == PayPlusFixture.qr)
        #expect(acceptance.artefact?.pageURL == "https://pay.example.com/?ref=DP1640995200ABC123")
        #expect(acceptance.artefact?.bankName == "KBANK")
        #expect(acceptance.artefact?.bankAccountNumber == "1234567890")
        #expect(acceptance.artefact?.bankAccountName == "Platform Bank Account")
    }

    @Test("the amount made unique is what must be paid, and what the code must say")
    func unique() throws {
        let code = "00020101021229370016A000000677010111011300668123456785802TH53037645406999.9963048A8A"
        let body = PayPlusFixture.deposit([
            "amount": .number(try #require(JSONNumber(text: "999.99"))), "depositAmount": "999.99",
            "qrcode": .string(code),
        ])
        let acceptance = try #require(try submitted(body).acceptance)
        #expect(acceptance.payable == Money(minor: 999_99, .thb))
        #expect(acceptance.artefact?.qrCode == code)
        let wrongCode = PayPlusFixture.deposit(["amount": "999.99", "depositAmount": "999.99"])
        #expect(try submitted(wrongCode).word == "unknown")
    }

    @Test("no code leaves the page; a picture is a picture")
    func codes() throws {
        let none = try submitted(PayPlusFixture.deposit(["qrcode": nil])).acceptance
        #expect(none?.artefact?.qrCode == nil && none?.artefact?.pageURL != nil)
        let image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
        let picture = try submitted(PayPlusFixture.deposit(["qrcode": .string(image)])).acceptance
        #expect(picture?.artefact?.qrImage == image && picture?.artefact?.qrCode == nil)
    }

    @Test(
        "what does not fit is unknown, so that nobody pays by it",
        arguments: [
            ["transactionId": "OTHER"], ["transactionId": nil], ["merchantId": "other"], ["referenceId": nil],
            ["referenceId": ""], ["referenceId": "a b"], ["referenceId": 7], ["status": "completed"],
            ["status": "new"],
            ["status": nil], ["amount": nil, "depositAmount": nil], ["depositAmount": 1001],
            ["amount": 0, "depositAmount": 0],
            ["amount": -5, "depositAmount": -5], ["amount": "x"], ["amount": "1000.001"],
            ["qrcode": "nonsense"], ["qrcode": 5],
            ["qrcode": .string(String(PayPlusFixture.qr.dropLast()) + "1")], ["qrcode": ""],
            ["qrcode": "00020101021129370016A000000677010111011300668012345675802TH530376463046197"],
            ["qrcode": "data:image/png;base64,AAAA"],
            ["qrcode": "data:image/png;base64,iVBORw0KGgo\"><script>"],
            ["qrcode": "data:image/svg+xml;base64,AAAA"],
            ["qrcode": nil, "url": "javascript:alert(1)", "bankAccountNumber": nil], ["signature": "a.b.c"],
        ] as [JSONObject])
    func unfit(changes: JSONObject) throws {
        #expect(try submitted(PayPlusFixture.deposit(changes)).word == "unknown")
    }

    @Test("an expiry that does not read is left out")
    func expiry() throws {
        let acceptance = try #require(
            try submitted(PayPlusFixture.deposit(["expireDate": "soon"])).acceptance)
        #expect(acceptance.expiresAt == nil)
        let zoneless = try submitted(PayPlusFixture.deposit(["expireDate": "2024-01-01T12:05:00"])).acceptance
        #expect(zoneless?.expiresAt?.iso8601 == "2024-01-01T12:05:00.000Z")
    }

    @Test(
        "the table of refusals",
        arguments: [
            (400, "Invalid signature", Refusal.Reason.misconfigured, true),
            (401, "Invalid API key", .misconfigured, true),
            (403, "IP not in whitelist", .misconfigured, true),
            (403, "merchantId does not match API key", .misconfigured, true),
            (403, "anything", .misconfigured, true),
            (404, "Cannot POST /withdraw", .misconfigured, true),
            (404, "Not Found", .misconfigured, true),
            (404, "Bank account not found", .invalidAccount, false),
            (400, "Insufficient balance", .insufficientBalance, true),
            (400, "Merchant balance is not enough", .insufficientBalance, true),
            (400, "Bank is under maintenance", .providerUnavailable, true),
            (400, "Daily limit reached", .limitExceeded, true),
            (400, "Deposit limit of the account reached", .limitExceeded, true),
            (400, "Amount is below the minimum", .limitExceeded, false),
            (400, "Account name does not match", .nameMismatch, false),
            (400, "Invalid bank account number", .invalidAccount, false),
            (400, "Bank not supported", .bankUnavailable, true),
            (400, "callbackUrl is required", .invalidRequest, false),
            (422, "", .invalidRequest, false),
        ])
    func refusals(code: Int, message: String, reason: Refusal.Reason, another: Bool) throws {
        for status in [200, code] {
            let outcome = try submitted(PayPlusFixture.error(Int64(code), message), status: status, .thbBank)
            let refusal = try #require(outcome.refusal)
            #expect(outcome.word == "rejected")
            #expect(refusal.reason == reason)
            #expect(refusal.worthAnotherAccount == another)
            #expect(refusal.detail == (message.isEmpty ? refusal.detail : message))
            #expect(!refusal.detail.isEmpty)
        }
        // Some handlers answer without `status`.
        let bare: JSON = ["code": .int(Int64(code)), "message": .string(message)]
        #expect(try submitted(bare).word == "rejected")
    }

    @Test(
        "errors that do not prove that nothing was taken are unknown",
        arguments: [
            (200, PayPlusFixture.error(500, "Internal server error")),
            (500, PayPlusFixture.error(500, "Internal server error")),
            (500, PayPlusFixture.error(400, "Invalid signature")),
            (503, PayPlusFixture.deposit()), (502, PayPlusFixture.order("completed")),
            (301, PayPlusFixture.order("pending")),
            (100, PayPlusFixture.order("pending")), (400, PayPlusFixture.order("pending")),
            (200, PayPlusFixture.error(400, "transactionId already exists")),
            (400, PayPlusFixture.error(400, "transactionId already exists")),
            (200, PayPlusFixture.error(400, "Duplicate agent_order_no")),
            (200, PayPlusFixture.error(400, "Bank gateway timeout")),
            (400, PayPlusFixture.error(400, "The request to the bank timed out.")),
            (200, PayPlusFixture.error(408, "Timeout")), (200, PayPlusFixture.error(409, "Conflict")),
            (429, PayPlusFixture.error(429, "Too many requests")),
            (200, PayPlusFixture.error(200, "Success")), (200, PayPlusFixture.error(0, "?")),
            (200, PayPlusFixture.error(302, "?")), (200, PayPlusFixture.error(-400, "?")),
            (401, ["message": "Invalid API key"]), (403, ["status": "error", "message": "no code"]),
            (403, ["status": "error", "code": 403]),
            (403, ["status": "error", "code": "403", "message": "x"]),
            (403, ["status": "failure", "code": 403, "message": "x"]),
            (403, ["status": 7, "code": 403, "message": "x"]),
            (200, ["status": "success", "code": 400, "message": "x"]),
            (200, ["code": 200]), (200, ["code": 200, "data": []]), (200, []), (200, nil), (200, "x"),
            (200, [:]),
            (200, ["code": 200, "status": "error", "data": [:]]),
        ] as [(Int, JSON)])
    func ambiguous(status: Int, body: JSON) throws {
        for method in [PaymentMethod.thbQR, .thbBank] {
            #expect(try submitted(body, status: status, method).word == "unknown")
            #expect(try queried(body, status: status, method).word == "unknown")
        }
    }

    @Test(
        "the words of a withdrawal and of a query",
        arguments: [
            ("pending", "accepted"), ("waiting", "accepted"), ("created", "accepted"),
            ("in batch", "accepted"),
            ("processing", "accepted"), ("completed", "succeeded"), ("cancelled", "failed"),
            ("failed", "failed"),
            ("expired", "failed"), ("reversed", "unknown"), ("Completed", "unknown"), ("", "unknown"),
        ])
    func words(word: String, outcome: String) throws {
        #expect(try submitted(PayPlusFixture.order(word), .thbBank).word == outcome)
        #expect(try queried(PayPlusFixture.order(word)).word == outcome)
        // A deposit ends by its own time: who pays late has paid.
        let ofDeposit = word == "expired" ? "accepted" : outcome
        #expect(try queried(PayPlusFixture.order(word), .thbQR).word == ofDeposit)
    }

    @Test(
        "a query tells a deposit's amount to pay, whose own answer may have been lost; a withdrawal has none")
    func amountFound() throws {
        let body = PayPlusFixture.order(
            "pending", ["amount": .number(try #require(JSONNumber(text: "999.99")))])
        #expect(try queried(body, .thbQR).acceptance?.payable == Money(minor: 999_99, .thb))
        let withdrawal = try #require(try queried(PayPlusFixture.order("pending")).acceptance)
        #expect(withdrawal.payable == nil)
    }

    @Test("a withdrawal that was taken has number and fee")
    func withdrawal() throws {
        let acceptance = try #require(try submitted(PayPlusFixture.order("pending"), .thbBank).acceptance)
        #expect(acceptance.providerReference == "WD1640995200XYZ789")
        #expect(acceptance.fee == Money(minor: 15_00, .thb))
        #expect(acceptance.artefact == nil)
    }

    @Test("a settlement is the gross amount, with the provider's time")
    func settlement() throws {
        let body = PayPlusFixture.order(
            "completed", ["actual_amount": 985, "completed_at": "2024-01-01T12:03:00.000Z"])
        let settlement = try #require(try queried(body).settlement)
        #expect(settlement.amount == Money(minor: 1000_00, .thb))
        #expect(settlement.fee == Money(minor: 15_00, .thb))
        #expect(settlement.at?.iso8601 == "2024-01-01T12:03:00.000Z")
        #expect(settlement.providerReference == "WD1640995200XYZ789")
        #expect(settlement.doubt == nil)
    }

    @Test(
        "parts that do not fit are doubted",
        arguments: [
            (["actual_amount": 1000, "transfer_amount": 1000], false),
            (["fee": nil, "transfer_amount": 1000], false),
            (["fee": nil, "transfer_amount": nil], false), (["actual_amount": 984], true),
            (["transfer_amount": 1015], true),
            (["fee": nil], true), (["fee": -15], true), (["fee": 1001, "transfer_amount": -1], true),
            (["fee": "x"], true),
            (["actual_amount": "x"], true),
        ] as [(JSONObject, Bool)])
    func doubts(changes: JSONObject, isDoubted: Bool) throws {
        let settlement = try #require(try queried(PayPlusFixture.order("completed", changes)).settlement)
        #expect((settlement.doubt != nil) == isDoubted)
    }

    @Test(
        "completed without a sound amount, or for another order, is unknown",
        arguments: [
            ["amount": nil], ["amount": 0], ["amount": -1000], ["amount": "1,000"], ["amount": true],
            ["agent_order_no": "OTHER"], ["agent_order_no": nil], ["order_no": nil], ["order_no": ""],
            ["currency": "XXX"],
            ["currency": 7], ["agent_order_no": "merchant20241009001"],
        ] as [JSONObject])
    func unsound(changes: JSONObject) throws {
        #expect(try queried(PayPlusFixture.order("completed", changes)).word == "unknown")
    }

    @Test("another amount or currency reaches the comparison with the order, never as ours")
    func otherAmounts() throws {
        let amount = try queried(PayPlusFixture.order("completed", ["amount": 999])).settlement?.amount
        #expect(amount == Money(minor: 999_00, .thb))
        let dollars = try queried(PayPlusFixture.order("completed", ["currency": "USD"])).settlement?.amount
        #expect(dollars == Money(minor: 1000_00, .usd))
        // A payout under way for another amount is not what we asked for.
        #expect(try queried(PayPlusFixture.order("processing", ["amount": 999])).word == "unknown")
        #expect(try queried(PayPlusFixture.order("failed", ["amount": 999])).word == "unknown")
        #expect(try submitted(PayPlusFixture.order("pending", ["amount": 999]), .thbBank).word == "unknown")
    }

    @Test(
        "what is under way in another currency is not what is to be paid", arguments: ["USD", "XXX", "thb"])
    func otherCurrency(_ code: String) throws {
        let expected = code == "thb" ? "accepted" : "unknown"
        for method in [PaymentMethod.thbQR, .thbBank] {
            let number = JSON.string(PayPlusFixture.payment(method).reference)
            for changes in [["amount": 1000], ["amount": nil]] as [JSONObject] {
                var changes = changes
                changes["agent_order_no"] = number
                changes["currency"] = .string(code)
                #expect(try queried(PayPlusFixture.order("pending", changes), method).word == expected)
            }
        }
        #expect(try submitted(PayPlusFixture.deposit(["currency": .string(code)])).word == expected)
        let told = PayPlusFixture.signed(
            PayPlusFixture.news(["status": "pending", "currency": .string(code)]))
        let news = try PayPlusFixture.connector(["callbackToleranceSeconds": 0]).callback(
            callback(told), at: now)
        #expect(news.outcome.word == expected)
    }

    @Test(
        "not found is what says so of the order",
        arguments: [
            (400, "Order not found", "not found"), (404, "Transaction does not exist", "not found"),
            (404, "Not Found", "unknown"), (404, "Route not found", "unknown"),
            (400, "Merchant not found", "unknown"),
            (401, "order not found", "unknown"), (400, "Invalid signature", "unknown"),
        ])
    func notFound(code: Int, message: String, outcome: String) throws {
        #expect(try queried(PayPlusFixture.error(Int64(code), message)).word == outcome)
        #expect(try submitted(PayPlusFixture.error(Int64(code), message), .thbBank).word != "not found")
    }

    @Test("not found proves nothing unless the account says when")
    func grace() throws {
        #expect(try PayPlusFixture.connector().notFoundGrace(for: .thbBank) == nil)
        let told = try PayPlusFixture.connector(["notFoundGraceSeconds": 600])
        #expect(told.notFoundGrace(for: .thbBank) == .seconds(600))
    }

    @Test(
        "answers that are no JSON are unknown",
        arguments: [
            "", "<html>", "{\"status\":\"success\"", "{\"code\":200,\"code\":200}", "\u{feff}{}",
            "{\"code\":200}}",
        ])
    func garbage(text: String) throws {
        let connector = try PayPlusFixture.connector()
        for status in [200, 400, 403, 500] {
            let response = ProviderResponse(status: status, body: Array(text.utf8))
            #expect(
                connector.outcome(ofSubmission: response, of: PayPlusFixture.payment(), at: now).word
                    == "unknown")
            #expect(
                connector.outcome(ofQuery: response, of: PayPlusFixture.payment(), at: now).word == "unknown")
        }
    }

    @Test("a signature in an answer must be right where there is one")
    func signedAnswers() throws {
        let data = try #require(PayPlusFixture.order("completed")["data"]?.objectValue)
        let good: JSON = ["code": 200, "message": "Success", "data": PayPlusFixture.signed(data)]
        #expect(try queried(good).word == "succeeded")
        let whole: JSONObject = ["code": 200, "message": "Success", "data": .object(data)]
        #expect(try queried(PayPlusFixture.signed(whole)).word == "succeeded")
        #expect(try queried(PayPlusFixture.signed(whole, key: "another key")).word == "unknown")
        var altered = try #require(PayPlusFixture.signed(data).objectValue)
        altered["amount"] = 1000
        altered["fee"] = 1
        #expect(try queried(["code": 200, "message": "Success", "data": .object(altered)]).word == "unknown")
    }

    @Test("balance, health and banks are read, and their faults told")
    func helpers() throws {
        let connector = try PayPlusFixture.connector()
        let balance = answer([
            "code": 200, "message": "Success", "data": ["balance": 50000, "currency": "THB"],
        ])
        #expect(try connector.balance(in: balance, currency: .thb).available == Money(minor: 50_000_00, .thb))
        for (text, minor) in [("50000.130000000005", 50_000_13), ("0.999", 99), ("-5", -5_00)] {
            let number = try #require(JSONNumber(text: text))
            let summed = answer(["code": 200, "data": ["balance": .number(number), "currency": "THB"]])
            #expect(
                try connector.balance(in: summed, currency: .thb).available
                    == Money(minor: Int64(minor), .thb))
        }
        for data in [["balance": 50000, "currency": "USD"], ["balance": nil, "currency": "THB"], [:]]
            as [JSON]
        {
            #expect(throws: ConnectorError.self) {
                try connector.balance(in: answer(["code": 200, "data": data]), currency: .thb)
            }
        }
        let health: JSON = ["code": 200, "message": "OK", "data": ["status": "healthy", "uptime": 3600]]
        #expect(throws: Never.self) { try connector.checkHealth(in: answer(health)) }
        #expect(throws: ConnectorError.self) { try connector.checkHealth(in: answer(health, status: 503)) }
        #expect(throws: ConnectorError.self) {
            try connector.checkHealth(in: answer(["code": 200, "data": ["status": "degraded"]]))
        }
        let rows: JSON = [
            "banks": [["code": "KBANK", "name": "Kasikorn Bank", "name_th": "กสิกร", "active": true]]
        ]
        let banks = try connector.banks(in: answer(["code": 200, "message": "Success", "data": rows]))
        #expect(banks == [BankStatus(bank: Bank("KBANK", "Kasikorn Bank"), isActive: true)])
        #expect(throws: ConnectorError.self) {
            try connector.banks(in: answer(["code": 200, "data": ["banks": [["code": "KBANK"]]]]))
        }
    }
}
