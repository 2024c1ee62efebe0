import Testing

@testable import sandbox

@Suite("KESS as the sandbox plays it")
struct KESSTests {
    let front: Front
    let one: KESSPartner

    init() throws {
        front = try Fixture.front()
        one = .one(front)
    }

    @Test("gives a token for the right credentials alone, and says no without a signature")
    func token() throws {
        let answer = try one.ask()
        #expect(answer.status == 200)
        #expect(answer.body.members.map(\.key) == ["access_token", "expire_in"])
        #expect(answer.body["expire_in"]?.integer == 3_600)
        #expect(try unwrap(answer.body["access_token"]?.string).utf8.count <= 1_200)
        let wrong: [(JSONObject, [String: String])] = [
            (["password": "x"], [:]), (["user_name": "causeway-two"], [:]),
            ([:], ["partner-id": "sandbox-kess-partner-two"]), ([:], ["partner-secret-key": ""]),
        ]
        for (body, headers) in wrong {
            let answer = try one.ask(token: body, headers: headers)
            #expect(answer.status == 401)
            #expect(
                JSONWriter.text(.object(answer.body))
                    == #"{"success":false,"error_code":"UNAUTHENTICATED","error_desc":"Unauthorized"}"#)
        }
        for body in [["password": nil], ["user_name": 7], ["grant_type": "password"]] as [JSONObject] {
            let answer = try one.ask(token: body)
            #expect(answer.status == 400)
            #expect(answer.code == "VALIDATIONERROR")
            #expect(answer.isSigned)
        }
    }

    @Test("opens the gateway to a current token alone")
    func tokens() throws {
        let token = try one.token()
        let query: JSONObject = ["out_trade_no": "K1"]
        #expect(try one.call("query.fundTransfer", query, token: token).code == "NOTEXIST")
        #expect(try one.call("query.fundTransfer", query, token: token + "x").status == 401)
        front.world.reset()
        #expect(try one.call("query.fundTransfer", query, token: token).code == "NOTEXIST")
        #expect(front.world.revokeTokens(of: "demo-two") == 0)
        #expect(front.world.revokeTokens(of: "demo-one") == 1)
        let answer = try one.call("query.fundTransfer", query, token: token)
        #expect(answer.status == 401)
        #expect(answer.code == "UNAUTHENTICATED")
        #expect(answer.body["sign"] == nil)
        front.world.state.withLock { $0.settings.kessTokenSeconds = 0 }
        #expect(try one.create().status == 401)
    }

    @Test(
        "creates without moving money, moves it at confirmation, and signs every answer", arguments: [1, 2])
    func transfer(account: Int) throws {
        let partner = account == 1 ? KESSPartner.one(front) : .two(front)
        let created = try partner.create(amount: .number("100000.7"))
        #expect(created.status == 200)
        #expect(created.isSigned)
        #expect(
            created.body.members.map(\.key) == ["success", "code", "message", "data", "sign_type", "sign"])
        #expect(
            created.data.members.map(\.key) == [
                "out_trade_no", "receiver_id", "amount", "currency", "pre_transfer_id", "receiver_name",
                "expire_in",
            ])
        #expect(created.data["amount"]?.numberText == "100000.70")
        #expect(created.data["receiver_name"]?.string == "SOK DARA")
        #expect(created.data["expire_in"]?.integer == 300)
        #expect(try front.control.entry("K1")["state"]?.string == "created")
        #expect(try front.control.entry("K1")["moved"]?.bool == false)
        let waiting = try partner.query()
        #expect(waiting.result == "PENDING")
        #expect(waiting.data["fund_transfer_id"] == nil)
        #expect(front.world.account(partner.account)?.balance == Account.openingBalance)

        let id = try unwrap(created.data["pre_transfer_id"]?.string)
        let confirmed = try partner.confirm(id)
        #expect(confirmed.isSigned)
        #expect(
            confirmed.data.members.map(\.key) == [
                "result_code", "fund_transfer_id", "out_trade_no", "receiver_id", "pre_transfer_id", "amount",
                "currency", "receiver_name",
            ])
        #expect(confirmed.result == "SUCCESS")
        let done = try partner.query()
        #expect(done.isSigned)
        #expect(
            done.data.members.map(\.key) == [
                "result_code", "fund_transfer_id", "out_trade_no", "amount", "currency", "receiver_id",
                "receiver_name",
            ])
        #expect(done.data["fund_transfer_id"]?.string == confirmed.data["fund_transfer_id"]?.string)
        let entry = try front.control.entry(id)
        #expect(entry["state"]?.string == "completed")
        #expect(entry["amount"]?.string == "100000.70")
        #expect(entry["currency"]?.string == "USD")
        #expect(entry["direction"]?.string == "payout")
        #expect(front.world.account(partner.account)?.balance.text == "999899999.30")
    }

    @Test("confirms once, however often it is asked")
    func once() throws {
        let id = try one.created()
        #expect(try one.confirm(id).result == "SUCCESS")
        for _ in 0..<2 {
            let again = try one.confirm(id)
            #expect(again.status == 400)
            #expect(again.code == "USED")
            #expect(again.isSigned)
        }
        let entry = try front.control.entry("K1")
        #expect(entry["movements"]?.integer == 1)
        #expect(entry["times_received"]?.integer == 1)
        #expect(entry["confirms_received"]?.integer == 3)
        #expect(front.world.account(one.account)?.balance.text == "999999995.00")
    }

    @Test(
        "refuses a create with a wrong field",
        arguments: [
            ("amount", "5.00", "number"), ("amount", 0, "more than"), ("amount", .number("-1"), "more than"),
            ("amount", .number("1.001"), "decimals"), ("amount", nil, "required"),
            ("currency", "KHR", "USD"), ("currency", 1, "string"), ("out_trade_no", "K-1", "letters"),
            ("out_trade_no", .string(String(repeating: "x", count: 65)), "64"),
            ("receiver_id", "855 12", "letters"), ("receiver_id", "12345678901234567890123456", "25"),
            ("receiver_id", 85_512_345_678, "string"), ("sender_name", "", "required"),
            ("sender_name", "a\u{7}", "96"), ("extra", 1, "unknown"), ("sign_type", "RSA", "sign_type"),
            ("sign", "AAAA", "sign"), ("service", "create.fundTransfer", "service"),
        ] as [(String, JSONValue, String)])
    func wrongField(name: String, value: JSONValue, words: String) throws {
        let answer = try one.create(changes: JSONObject([.init(key: name, value: value)]))
        #expect(answer.status == 400)
        #expect(answer.code == "VALIDATIONERROR")
        #expect(try unwrap(answer.body["error_desc"]?.string).contains(words))
        #expect(answer.isSigned)
    }

    @Test("takes a reference once, however the first answer went")
    func reference() throws {
        one.plan(.create, .loseAnswerAfter)
        #expect(try one.create().status == 0)
        let again = try one.create()
        #expect(again.code == "VALIDATIONERROR")
        #expect(try KESSPartner.two(front).create().status == 200)
        #expect(try front.control.entry("K1")["times_received"]?.integer == 2)
    }

    @Test("reads an amount as PHP writes it with 17 digits")
    func longAmount() throws {
        let answer = try one.create(amount: .number("0.10000000000000001"))
        #expect(answer.data["amount"]?.numberText == "0.10")
    }

    @Test("does not know a stranger's transfer, an invalid text, or what was never created")
    func unknown() throws {
        let id = try one.created()
        let two = KESSPartner.two(front)
        #expect(try two.confirm(id).code == "NOTEXIST")
        #expect(try two.query().code == "NOTEXIST")
        #expect(try one.confirm("no such/id").code == "NOTEXIST")
        #expect(try one.query("no such/reference").code == "NOTEXIST")
        #expect(
            try one.call("confirm.fundTransfer", ["pre_transfer_id": .string(id)]).code == "VALIDATIONERROR")
        #expect(try front.control.entry("K1")["confirms_received"]?.integer == 1)
    }

    @Test("lets a transfer expire that was not confirmed, and no other")
    func expiry() throws {
        let done = try one.created("K1")
        #expect(try one.confirm(done).result == "SUCCESS")
        front.world.state.withLock { state in
            state.settings.kessPreTransferSeconds = 0
            state.orders[done]?.expiresAt = .now
        }
        let late = try one.created("K2")
        let answer = try one.confirm(late, transaction: "T2")
        #expect(answer.status == 400)
        #expect(answer.code == "EXPIRED")
        #expect(try one.query("K2").code == "EXPIRED")
        #expect(try front.control.entry("K2")["state"]?.string == "expired")
        #expect(try front.control.entry("K2")["moved"]?.bool == false)
        #expect(try one.query("K1").result == "SUCCESS")
        #expect(try one.confirm(done).code == "USED")
    }

    @Test("refuses at confirmation what cannot be paid")
    func unpayable() throws {
        front.world.state.withLock { $0.accounts[one.account]?.balance = Amount(minor: 1_499) }
        let ids = try ["K1", "K2", "K3"].map { try one.created($0, amount: 10) }
        #expect(try one.confirm(ids[0], transaction: "T1").result == "SUCCESS")
        #expect(try one.confirm(ids[1], transaction: "T2").code == "VALIDATIONERROR")
        front.world.state.withLock { $0.accounts[one.account]?.balance = Account.openingBalance }
        #expect(try one.confirm(ids[1], transaction: "T1").code == "VALIDATIONERROR")
        #expect(try one.confirm(ids[1], transaction: "T2").result == "SUCCESS")
        #expect(try front.control.entry("K3")["moved"]?.bool == false)
    }
}
