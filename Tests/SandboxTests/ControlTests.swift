import Testing

@testable import sandbox

@Suite("The sandbox's control API")
struct ControlTests {
    let front: Front
    let account = AccountKey(provider: .payplus, name: "demo-one")

    init() throws {
        front = try Fixture.front()
    }

    func call(_ method: String, _ path: String, _ body: String = "", query: [String: String] = [:]) throws
        -> (
            status: Int, body: JSONObject
        )
    {
        let request = WebRequest(
            method: method, path: "/_sandbox/\(path)", query: query, body: Array(body.utf8))
        let shown = front.answer(request).shown
        return (shown.status, try unwrap(try JSONReader.read(shown.body).object))
    }

    func openDeposit(_ reference: String = "D1", _ behaviour: Behaviour = .succeed) throws -> Order {
        front.world.countSubmission(of: reference, account: account, direction: .payin, amount: "1000.00")
        return try front.world.open(
            OrderDraft(
                account: account, direction: .payin, reference: reference, amount: Amount(minor: 100_000),
                fee: Amount(minor: 0), script: front.world.script(behaviour), callbackURL: nil,
                isReferenceUnique: true, hasQR: true))
    }

    @Test("pays a deposit by its reference, its number or its QR, once")
    func pay() throws {
        for (index, name) in ["reference", "providerReference", "qr"].enumerated() {
            let order = try openDeposit("D\(index)")
            let key = [order.reference, order.id, try unwrap(order.qrCode)][index]
            let paid = try call("POST", "pay", #"{"\#(name)":"\#(key)"}"#)
            #expect(paid.status == 200)
            #expect(paid.body["moved"]?.bool == true)
            #expect(paid.body["alreadyPaid"]?.bool == false)
            let again = try call("POST", "pay", #"{"\#(name)":"\#(key)"}"#)
            #expect(again.body["alreadyPaid"]?.bool == true)
            #expect(again.body["movements"]?.integer == 1)
            #expect(try call("POST", "pay", #"{"\#(name)":"\#(key)","amount":"1.00"}"#).status == 409)
        }
    }

    @Test("moves money without telling for a stuck deposit, and none for one whose payer is refused")
    func unpayable() throws {
        let stuck = try openDeposit("D1", .stuck)
        #expect(try call("POST", "pay", #"{"reference":"D1"}"#).body["moved"]?.bool == true)
        #expect(front.world.order(stuck.id)?.end == nil)
        _ = try openDeposit("D2", .failLater)
        #expect(try call("POST", "pay", #"{"reference":"D2"}"#).status == 409)
    }

    @Test("plans a behaviour for so many calls, then forgets it")
    func plan() throws {
        let body =
            #"{"provider":"payplus","account":"demo-one","operation":"query","behaviour":"slow","count":2,"parameters":{"latencyMs":7}}"#
        #expect(try call("POST", "behaviour", body).status == 200)
        let planned = (0..<3).map { _ in front.world.script(for: account, .query) }
        #expect(planned.map(\.behaviour) == [.slow, .slow, .succeed])
        #expect(planned.map(\.latencyMs) == [7, 7, 40_000])
        #expect(try call("POST", "behaviour", body).status == 200)
        #expect(try call("DELETE", "behaviour").status == 200)
        #expect(front.world.script(for: account, .query).behaviour == .succeed)
    }

    @Test("maps the decimals of an amount to behaviours")
    func magic() {
        let words = (0..<100).map { Behaviour(magicOf: Amount(minor: 100_000 + Int64($0))).rawValue }
        #expect(
            words.prefix(6) == [
                "succeed", "refuse", "refuse_account", "refuse_balance", "fail_later", "lose_answer_after",
            ])
        #expect(words[21] == "stuck")
        #expect(words[23] == "bad_key")
        #expect(words[24...].allSatisfy { $0 == "succeed" })
    }

    @Test("counts submissions and movements, and lists what was never accepted")
    func ledger() throws {
        let order = try openDeposit()
        front.world.countSubmission(of: "D1", account: account, direction: .payin, amount: "1000.00")
        front.world.countSubmission(of: "D2", account: account, direction: .payin, amount: "5.00")
        try front.world.pay(order.id, amount: nil)
        let body = try call("GET", "ledger", query: ["provider": "payplus", "account": "demo-one"]).body
        let entries = try unwrap(body["entries"]?.array).compactMap(\.object)
        #expect(entries.map { $0["state"]?.string } == ["completed", "none"])
        #expect(entries.map { $0["times_received"]?.integer } == [2, 1])
        #expect(entries.map { $0["moved"]?.bool } == [true, false])
        #expect(entries[0]["amount"]?.string == "999.99")
        let totals = try unwrap(body["totals"]?.object)
        #expect(totals["submissions"]?.integer == 3)
        #expect(totals["payin"]?.object?["amount"]?.string == "999.99")
        #expect(try call("GET", "ledger/\(order.id)").body["reference"]?.string == "D1")
        #expect(
            try call("GET", "ledger", query: ["account": "demo-two"]).body["entries"]?.array?.isEmpty == true)
        #expect(try call("GET", "ledger/nothing").status == 404)
    }

    @Test(
        "says what is wrong with a request",
        arguments: [
            ("settings", #"{"payoutDelay":1}"#, "unknown setting"),
            ("settings", #"{"lateMs":-1}"#, "milliseconds"),
            ("settings", #"{"callbacks":"some"}"#, "all or last"), ("settings", "[]", "JSON object"),
            ("behaviour", #"{"provider":"paypal"}"#, "payplus, haipay"),
            ("pay", #"{"qr":"0002010102126304FFFF"}"#, "checksum"),
            ("settings", #"{"kessTokenSeconds":86401}"#, "seconds, 0 to 86400"),
            ("tokens/revoke", #"{"provider":"haipay"}"#, "haipay has no tokens"),
            ("tokens/revoke", #"{"provider":"kess","account":"nobody"}"#, "no such account"),
            ("accounts", #"{"provider":"kess","partnerId":"sandbox-kess-partner"}"#, "must be new"),
            ("accounts", #"{"provider":"kess","partnerId":"x","partnerPublicKey":"x"}"#, "RSA"),
            ("accounts", #"{"provider":"haipay","appId":7,"merchantPublicKey":"x"}"#, "RSA"),
        ])
    func complaints(path: String, body: String, words: String) throws {
        let (status, answer) = try call("POST", path, body)
        #expect(status == 400)
        #expect(try unwrap(answer["error"]?.string).contains(words))
    }

    @Test("sets KESS's lifetimes in seconds, and revokes its tokens")
    func kess() throws {
        let settings = try call("POST", "settings", #"{"kessTokenSeconds":5,"kessPreTransferSeconds":7}"#)
        #expect(settings.body["kessTokenSeconds"]?.integer == 5)
        #expect(settings.body["kessPreTransferSeconds"]?.integer == 7)
        let partner = KESSPartner.one(front)
        #expect(try partner.ask().body["expire_in"]?.integer == 5)
        #expect(try partner.create().data["expire_in"]?.integer == 7)
        let revoked = try call("POST", "tokens/revoke", #"{"provider":"kess"}"#)
        #expect(revoked.body["accounts"]?.integer == 2)
    }

    @Test("forgets orders and settings on reset, and keeps added accounts")
    func reset() throws {
        _ = try openDeposit()
        #expect(
            try call("POST", "accounts", #"{"provider":"payplus","account":"three","key":"k3"}"#).status
                == 200)
        #expect(
            try call("POST", "settings", #"{"payoutDelayMs":1,"balance":"5.00"}"#).body["payoutDelayMs"]?
                .integer == 1)
        #expect(front.world.account(account)?.balance == Amount(minor: 500))
        #expect(try call("POST", "reset").status == 200)
        #expect(try call("GET", "ledger").body["entries"]?.array?.isEmpty == true)
        #expect(try call("GET", "settings").body["payoutDelayMs"]?.integer == 300)
        #expect(
            front.world.account(AccountKey(provider: .payplus, name: "three"))?.balance
                == Account.openingBalance)
    }

    @Test("makes the amounts of a hundred open deposits differ, and reuses one that was paid")
    func unique() throws {
        var amounts: Set<Int64> = []
        for index in 0..<99 { amounts.insert(try openDeposit("D\(index)").payable.minor) }
        #expect(amounts.count == 99)
        #expect(amounts.min() == 99_901 && amounts.max() == 99_999)
        let first = try unwrap(front.world.find(account: account, id: nil, reference: "D0"))
        try front.world.pay(first.id, amount: nil)
        #expect(try openDeposit("D100").payable == first.payable)
    }
}
