import Testing

@testable import sandbox

@Suite("PayPlus as the sandbox plays it")
struct PayPlusTests {
    let front: Front
    let key = "sandbox-payplus-key-one-0123456789abcdef"

    init() throws {
        front = try Fixture.front()
    }

    func deposit(_ changes: JSONObject = [:], reference: String = "D1") -> JSONObject {
        var fields: JSONObject = [
            "merchantId": "demo-one", "transactionId": .string(reference), "bankAccountNumber": "9876543210",
            "bankName": "SCB", "name": "John Doe", "amount": 1000,
            "callbackUrl": "http://127.0.0.1:1/callback",
            "type": "QR", "timestamp": JSONValue(Moment.now.milliseconds),
        ]
        for change in changes.members { fields[change.key] = change.value }
        return fields
    }

    func withdrawal(_ changes: JSONObject = [:]) -> JSONObject {
        var fields: JSONObject = [
            "agent_order_no": "W1", "amount": 1000, "bank_code": "KBANK", "account_no": "1234567890",
            "account_name": "John Doe", "callback_url": "http://127.0.0.1:1/callback",
            "timestamp": .string(String(Moment.now.seconds)),
        ]
        for change in changes.members { fields[change.key] = change.value }
        return fields
    }

    func post(_ path: String, _ fields: JSONObject, key: String? = nil, signedBy signer: String? = nil) throws
        -> (
            status: Int, body: JSONObject
        )
    {
        var body = fields
        if body["signature"] == nil {
            body["signature"] = .string(Token.sign(fields, key: signer ?? self.key))
        }
        let request = WebRequest(
            method: "POST", path: "/payplus/api/v1\(path)",
            headers: ["x-api-key": key ?? self.key, "content-type": "application/json"],
            body: JSONWriter.bytes(body))
        let shown = front.answer(request).shown
        return (shown.status, try unwrap(try JSONReader.read(shown.body).object))
    }

    @Test("answers a deposit with the seed's fields, an exact amount below the one asked for, and its QR")
    func depositAnswer() throws {
        let (status, body) = try post("/deposit", deposit())
        #expect(status == 200)
        #expect(body["status"]?.string == "success")
        let data = try unwrap(body["data"]?.object)
        #expect(data["amount"]?.numberText == "999.99")
        #expect(data["depositAmount"]?.numberText == "999.99")
        let code = try unwrap(data["qrcode"]?.string)
        #expect(PromptPay.isIntact(code) && code.contains("5406999.99"))
        #expect(try unwrap(data["referenceId"]?.string).hasPrefix("DP"))
        #expect(try unwrap(data["expireDate"]?.string).hasSuffix("Z"))
        #expect(
            data.members.map(\.key) == [
                "merchantId", "referenceId", "transactionId", "status", "amount", "depositAmount", "qrcode",
                "url",
                "bankAccountNumber", "bankAccountName", "bankName", "promptpayNumber", "expireDate",
                "platformBankId", "is_api", "customerData",
            ])
        let second = try post("/deposit", deposit(reference: "D2")).body
        #expect(second["data"]?.object?["amount"]?.numberText == "999.98")
    }

    @Test(
        "refuses a deposit with a wrong field",
        arguments: [
            ("amount", "1000", "must be a number"), ("amount", 0, "positive"),
            ("amount", .number("1.001"), "2 decimals"),
            ("timestamp", "1728470400", "must be a number"), ("timestamp", 1_728_470_400, "expired"),
            ("name", 7, "must be a string"), ("name", "", "required"), ("bankName", "ZZZ", "not supported"),
            ("bankAccountNumber", "12-3", "Invalid"), ("type", "CASH", "Unknown type"),
            ("extra", 1, "Unknown field"),
            ("callbackUrl", "nowhere", "URL"),
        ] as [(String, JSONValue, String)])
    func wrongField(name: String, value: JSONValue, message: String) throws {
        let (status, body) = try post("/deposit", deposit(JSONObject([.init(key: name, value: value)])))
        #expect(status == 200)
        #expect(body["status"]?.string == "error")
        #expect(body["code"]?.integer == 400)
        #expect(try unwrap(body["message"]?.string).contains(message))
    }

    @Test("refuses a used transactionId, a stranger's merchantId, key or signature, in the table's words")
    func refusals() throws {
        _ = try post("/deposit", deposit())
        #expect(try post("/deposit", deposit()).body["message"]?.string == "transactionId already exists")
        let merchant = try post("/deposit", deposit(["merchantId": "demo-two"], reference: "D3"))
        #expect(merchant.status == 403)
        #expect(merchant.body["message"]?.string == "merchantId does not match API key")
        let key = try post("/deposit", deposit(), key: "nobody")
        #expect(key.status == 401)
        #expect(key.body["message"]?.string == "Invalid API key")
        let signature = try post("/deposit", deposit(reference: "D4"), signedBy: "another")
        #expect(signature.body["message"]?.string == "Invalid signature")
    }

    @Test("refuses claims that are unsorted, dated, or of another body")
    func claims() throws {
        let fields = deposit()
        var dated = fields
        dated["iat"] = 1
        var body = fields
        body["signature"] = .string(Token.sign(dated, key: key))
        #expect(try post("/deposit", body).body["message"]?.string == "Invalid signature")
        body["signature"] = .string(unsorted(fields))
        #expect(try post("/deposit", body).body["message"]?.string == "Invalid signature")
        body["signature"] = .string(Token.sign(fields, key: key))
        body["amount"] = 1
        #expect(try post("/deposit", body).body["message"]?.string == "Invalid signature")
    }

    private func unsorted(_ fields: JSONObject) -> String {
        let header = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let content = "\(header).\(Base64.encodeURL(JSONWriter.bytes(fields)))"
        return "\(content).\(Base64.encodeURL(SHA256HMAC.sign(content.utf8, key: key)))"
    }

    @Test("pays a withdrawal that is submitted twice twice, and the ledger shows it")
    func twice() throws {
        for _ in 0..<2 {
            let body = try post("/withdraw", withdrawal()).body
            let data = try unwrap(body["data"]?.object)
            #expect(data["fee"]?.numberText == "15")
            #expect(data["transfer_amount"]?.numberText == "985")
            #expect(data["status"]?.string == "pending")
            front.world.settle(try unwrap(data["order_no"]?.string))
        }
        let entry = try front.control.entry("W1")
        #expect(entry["times_received"]?.integer == 2)
        #expect(entry["movements"]?.integer == 2)
        #expect(entry["orders"]?.array?.count == 2)
    }

    @Test("wants a withdrawal's timestamp as a string")
    func withdrawalTimestamp() throws {
        let fields = withdrawal(["timestamp": JSONValue(Moment.now.seconds)])
        let body = try post("/withdraw", fields).body
        #expect(body["status"] == nil)
        #expect(body["message"]?.string == "timestamp must be a string")
    }

    @Test("finds an order by either number, and not a stranger's")
    func query() throws {
        let data = try unwrap(try post("/deposit", deposit()).body["data"]?.object)
        let now = JSONValue(Moment.now.seconds)
        for field in ["order_no": data["referenceId"], "agent_order_no": "D1"] {
            var fields: JSONObject = ["timestamp": now]
            fields[field.key] = field.value
            #expect(try post("/query", fields).body["data"]?.object?["status"]?.string == "pending")
            let other = "sandbox-payplus-key-two-0123456789abcdef"
            let stranger = try post("/query", fields, key: other, signedBy: other)
            #expect(stranger.status == 200)
            #expect(JSONWriter.text(.object(stranger.body)) == #"{"code":404,"message":"Order not found"}"#)
        }
    }

    @Test(
        "shows a deposit paid short with what was received, in either reading of the documents",
        arguments: [(true, "900"), (false, "999.99")])
    func paid(amountIsReceived: Bool, amount: String) throws {
        front.world.state.withLock { $0.settings.amountIsReceived = amountIsReceived }
        let data = try unwrap(try post("/deposit", deposit()).body["data"]?.object)
        try front.world.pay(try unwrap(data["referenceId"]?.string), amount: Amount(minor: 90_000))
        let fields: JSONObject = ["agent_order_no": "D1", "timestamp": JSONValue(Moment.now.seconds)]
        let order = try unwrap(try post("/query", fields).body["data"]?.object)
        #expect(order["status"]?.string == "completed")
        #expect(order["amount"]?.numberText == amount)
        #expect(order["fee"]?.numberText == "4.5")
        #expect(order["actual_amount"]?.numberText == "895.5")
        #expect(try front.control.entry("D1")["amount"]?.string == "900.00")
    }

    @Test("does the work exactly when the behaviour says so", arguments: Behaviour.allCases)
    func behaviours(behaviour: Behaviour) throws {
        let account = AccountKey(provider: .payplus, name: "demo-one")
        front.world.state.withLock { state in
            state.planned = [
                PlannedBehaviour(account: account, operation: .withdraw, behaviour: behaviour, remaining: 1)
            ]
        }
        var body = withdrawal()
        body["signature"] = .string(Token.sign(body, key: key))
        let answer = front.answer(
            WebRequest(
                method: "POST", path: "/payplus/api/v1/withdraw",
                headers: ["x-api-key": key, "content-type": "application/json"], body: JSONWriter.bytes(body))
        )
        let undone: Set<Behaviour> = [
            .refuse, .refuseAccount, .refuseBalance, .loseAnswerBefore, .errorBefore, .notWhitelisted,
            .badKey,
        ]
        let isDone = front.world.find(account: account, id: nil, reference: "W1") != nil
        #expect(isDone == !undone.contains(behaviour))
        #expect(try front.control.entry("W1")["times_received"]?.integer == 1)
        #expect((answer.shown.status == 0) == [.loseAnswerAfter, .loseAnswerBefore].contains(behaviour))
    }
}
