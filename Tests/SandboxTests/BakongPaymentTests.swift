import Testing

@testable import sandbox

extension BakongTests {
    @Test("pays a code once, whatever is asked, and has it in the ledger")
    func once() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        #expect(try pay(qr).body["alreadyPaid"]?.bool == false)
        let again = try pay(qr)
        #expect(again.body["alreadyPaid"]?.bool == true)
        #expect(again.body["movements"]?.integer == 1)
        #expect(try pay(qr, ["amount": "1.00"]).status == 409)
        let entry = try front.control.entry("INV-1")
        #expect(entry["provider"]?.string == "bakong")
        #expect(entry["account"]?.string == "demo-one")
        #expect(entry["direction"]?.string == "payin")
        #expect(entry["currency"]?.string == "USD")
        #expect(entry["amount"]?.string == "9.99")
        #expect(entry["moved"]?.bool == true)
        #expect(entry["times_received"]?.integer == 1)
        #expect(try error(of: md5) == 0)
        // Known by its number now, but no callback goes anywhere.
        #expect(try control("pay", ["reference": "INV-1"]).body["alreadyPaid"]?.bool == true)
        #expect(try control("callback", ["reference": "INV-1"]).status == 409)
    }

    @Test("lets another amount, currency or account arrive, and tells so")
    func overrides() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        let paid = try pay(qr, ["amount": "4000", "currency": "KHR", "account": "someone@aclb"])
        #expect(paid.status == 200)
        let data = try unwrap(try check(md5).body["data"]?.object)
        #expect(data["amount"]?.numberText == "4000.0")
        #expect(data["currency"]?.string == "KHR")
        #expect(data["toAccountId"]?.string == "someone@aclb")
        let entry = try front.control.entry("INV-1")
        #expect(entry["account"]?.string == "someone@aclb")
        #expect(entry["currency"]?.string == "KHR")
        #expect(entry["amount"]?.string == "4000.00")
        #expect(entry["requested"]?.string == "9.99")
        #expect(try pay(qr).body["alreadyPaid"]?.bool == true)
    }

    @Test("refuses an override that no bank would send")
    func badOverrides() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        let wrong: [JSONObject] = [
            ["amount": "0"], ["amount": "1.005"], ["currency": "THB"], ["currency": "KHR"],
            ["account": "nowhere"],
        ]
        for more in wrong { #expect(try pay(qr, more).status == 400) }
        #expect(try error(of: md5) == 1)
        #expect(try pay(try KHQRTests.python("static").qr).status == 400)
        #expect(try pay(try KHQRTests.python("static").qr, ["amount": "1.00"]).status == 200)
    }

    @Test("refuses a code that a bank would, and names the tag")
    func unpayable() throws {
        let merchant = "0017causeway_two@devb0106123456" + "0208Dev Bank"
        let asMerchant = { (inner: String) -> String in
            KHQRDraft().inserting("30", inner, after: "29").with([("29", nil)]).text
        }
        let cases: [(String, String)] = [
            (try KHQRTests.python("nobody").qr, "tag 29/00"),
            (try KHQRTests.python("expired").qr, "tag 99/01"),
            (KHQRDraft().with([("99", nil)]).text, "tag 99:"),
            (KHQRDraft().with([("29", "0017causeway_two@devb")]).text, "tag 29:"),
            (asMerchant("0018causeway_demo@devb0106123456" + "0208Dev Bank"), "tag 30:"),
            (asMerchant(merchant.replacing("123456", with: "654321")), "tag 30/01"),
            (asMerchant(merchant.replacing("Dev Bank", with: "Devious.")), "tag 30/02"),
            (String(try KHQRTests.python("usd").qr.dropLast()) + "x", "tag 63"),
        ]
        for (code, tag) in cases {
            let answer = try pay(code)
            #expect(answer.status == 400)
            #expect(try unwrap(answer.body["error"]?.string).hasPrefix(tag))
        }
        #expect(front.control.ledger([:])["entries"]?.array?.isEmpty == true)
        #expect(try pay(try KHQRTests.python("expired").qr, ["late": true]).status == 200)
        #expect(try pay(asMerchant(merchant)).body["account"]?.string == "demo-two")
    }

    @Test("pays codes by themselves that a deeplink was made for, and no others")
    func autoPay() throws {
        try control("settings", ["autoPayMs": 1])
        let (shown, md5, _) = try KHQRTests.python("usd")
        let expired = try KHQRTests.python("expired")
        for code in [shown, expired.qr] {
            #expect(
                try post("generate_deeplink_by_qr", ["qr": .string(code)]).body["responseCode"]?.integer == 0)
        }
        #expect(eventually { (try? error(of: md5)) == 0 })
        #expect(try error(of: expired.md5) == 1)
        #expect(try error(of: try KHQRTests.python("khr").md5) == 1)
    }

    @Test(
        "plays the behaviours that are ordered for a check",
        arguments: [
            ("lose_answer_before", 0), ("lose_answer_after", 0), ("error_before", 500), ("error_after", 500),
            ("garbled_after", 200), ("unauthorised", 401), ("bad_key", 401), ("blocked", 403),
            ("rate_limited", 429),
        ] as [(JSONValue, Int)])
    func broken(behaviour: JSONValue, status: Int) throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        try pay(qr)
        try plan("check", behaviour)
        let answer = send("check_transaction_by_md5", .object(["md5": .string(md5)]))
        #expect(answer.shown.status == status)
        let body = (try? JSONReader.read(answer.shown.body))?.object
        #expect((body == nil) == [0, 200, 403].contains(status))
        #expect((answer.header?.name == "Retry-After") == (status == 429))
        #expect(try error(of: md5) == 0)
    }

    @Test(
        "tells of a payment wrongly where that is ordered",
        arguments: [
            ("wrong_amount", "amount", "109.99"), ("wrong_currency", "currency", "KHR"),
            ("wrong_account", "toAccountId", "another_account@devb"),
        ] as [(JSONValue, String, String)])
    func wrongly(behaviour: JSONValue, field: String, value: String) throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        try pay(qr)
        for operation in ["check", "check_list"] as [JSONValue] {
            try plan(operation, behaviour)
            let answer =
                operation.string == "check"
                ? send("check_transaction_by_md5", .object(["md5": .string(md5)]))
                : send("check_transaction_by_md5_list", .array([.string(md5)]))
            let data = try unwrap(try JSONReader.read(answer.shown.body).object?["data"])
            let told = try unwrap(data.object ?? data.array?.first?.object?["data"]?.object)
            #expect((told[field]?.string ?? told[field]?.numberText) == value)
        }
        #expect(try front.control.entry("INV-1")["amount"]?.string == "9.99")
    }

    @Test("answers not found, failed, slow and forbidden lists where that is ordered, for the right calls")
    func ordered() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        try pay(qr)
        try plan("check", "not_found")
        #expect(try error(of: md5) == 1)
        try plan("check", "failed")
        #expect(try error(of: md5) == 3)
        try plan("check", "slow")
        #expect(send("check_transaction_by_md5", .object(["md5": .string(md5)])).delayMs == 40_000)
        try plan("check_list", "bulk_forbidden")
        let forbidden = send("check_transaction_by_md5_list", .array([.string(md5)])).shown
        #expect(forbidden.status == 403)
        #expect(try JSONReader.read(forbidden.body).object?["responseCode"]?.integer == 1)
        try plan("renew", "error_before")
        #expect(try post("renew_token", ["email": "demo@causeway.example"]).status == 500)
        try plan("deeplink", "failed")
        #expect(try post("generate_deeplink_by_qr", ["qr": .string(qr)]).body["errorCode"]?.integer == 4)
        try plan("request_token", "failed")
        let request: JSONObject = ["email": "new@causeway.example", "organization": "o", "project": "p"]
        #expect(try post("request_token", request).body["errorCode"]?.integer == 7)
        // Ordered for every account, used up by a call that is no account's.
        #expect(try post("request_token", request).body["responseCode"]?.integer == 0)
        #expect(try error(of: md5) == 0)
    }

    @Test(
        "lets the payer's bank refuse by the amount: nothing moves",
        arguments: [("9.01", 1), ("9.02", 1), ("9.03", 1), ("9.04", 3)] as [(String, Int64)])
    func refused(amount: String, error code: Int64) throws {
        let code9 = draft(amount)
        #expect(try pay(code9).status == 409)
        #expect(try pay(code9).status == 409)
        #expect(try error(of: BakongDigest.md5(code9)) == code)
        let entry = try front.control.entry("INV-1")
        #expect(entry["moved"]?.bool == false)
        #expect(entry["state"]?.string == (code == 3 ? "failed" : "none"))
    }

    @Test(
        "spoils the first answer that finds a payment, by the amount's decimals or the riel's last digits",
        arguments: [
            ("9.05", "840", 0), ("9.06", "840", 0), ("9.07", "840", 500), ("9.08", "840", 500),
            ("9.22", "840", 403),
            ("9.23", "840", 401), ("4005", "116", 0), ("4022", "116", 403),
        ])
    func magic(amount: String, currency: String, status: Int) throws {
        let code = draft(amount, currency)
        let md5 = BakongDigest.md5(code)
        #expect(try error(of: md5) == 1)
        try pay(code)
        #expect(send("check_transaction_by_md5", .object(["md5": .string(md5)])).shown.status == status)
        #expect(try error(of: md5) == 0)
        #expect(try front.control.entry("INV-1")["moved"]?.bool == true)
    }

    @Test("spoils the whole answer of a list for one code in it, once")
    func magicList() throws {
        let codes = [try KHQRTests.python("usd").qr, draft("9.22")]
        for code in codes { #expect(try pay(code).status == 200) }
        let list = JSONValue.array(codes.map { .string(BakongDigest.md5($0)) })
        let statuses = (0..<2).map { _ in send("check_transaction_by_md5_list", list).shown.status }
        #expect(statuses == [403, 200])
    }

    @Test("leaves small sums of riel alone")
    func smallRiel() throws {
        let code = draft("905", "116")
        try pay(code)
        #expect(try error(of: BakongDigest.md5(code)) == 0)
    }

    @Test("finds a stuck payment never, a late one late, and one out of order twice with a gap")
    func hidden() throws {
        let stuck = draft("9.21")
        #expect(try pay(stuck).body["moved"]?.bool == true)
        #expect(try error(of: BakongDigest.md5(stuck)) == 1)
        let late = draft("9.14")
        front.world.state.withLock { $0.settings.lateMs = 3_600_000 }
        try pay(late)
        #expect(try error(of: BakongDigest.md5(late)) == 1)
        front.world.state.withLock { $0.settings.lateMs = 0 }
        #expect(try error(of: BakongDigest.md5(late)) == 0)
        let swapped = draft("9.16")
        try pay(swapped)
        #expect(try (0..<3).map { _ in try error(of: BakongDigest.md5(swapped)) } == [0, 1, 0])
    }

    @Test(
        "tells of a payment wrongly each time where its amount says so",
        arguments: [
            ("9.18", "amount", "109.18"), ("9.19", "currency", "KHR"),
            ("9.20", "toAccountId", "another_account@devb"),
        ])
    func wrongMagic(amount: String, field: String, value: String) throws {
        let code = draft(amount)
        try pay(code)
        for _ in 0..<2 {
            let data = try unwrap(try check(BakongDigest.md5(code)).body["data"]?.object)
            #expect((data[field]?.string ?? data[field]?.numberText) == value)
        }
    }

    @Test("adds accounts that have a token at once, or register first, and keeps them on reset")
    func addedAccounts() throws {
        let account: JSONObject = [
            "provider": "bakong", "account": "three", "bakongAccount": "three@devb",
            "email": "three@causeway.example",
        ]
        let new = try unwrap(try control("accounts", account).body["token"]?.string)
        var other = account
        other["account"] = "four"
        #expect(try control("accounts", other).status == 400)
        other["bakongAccount"] = "four@devb"
        other["email"] = "four@causeway.example"
        other["merchantId"] = "7"
        #expect(try control("accounts", other).status == 400)
        other["acquiringBank"] = "Bank"
        other["registered"] = false
        #expect(try control("accounts", other).status == 200)
        #expect(try post("renew_token", ["email": "four@causeway.example"]).body["errorCode"]?.integer == 10)
        let (qr, md5, _) = try KHQRTests.python("usd")
        try pay(qr)
        #expect(try check(md5, token: new).body["responseCode"]?.integer == 0)
        front.world.reset()
        #expect(try check(md5, token: new).body["errorCode"]?.integer == 1)
        #expect(
            try post("check_bakong_account", ["accountId": "three@devb"]).body["responseCode"]?.integer == 0)
    }
}
