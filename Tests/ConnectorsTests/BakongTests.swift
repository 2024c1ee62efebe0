import Connectors
import Core
import Cryptography
import JSON
import Testing

@Suite("Bakong")
struct BakongTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let md5 = "d60f3db96913029a2af979a1662c1e72"
    private let hash = "8465d722d7d5065f2886f0a474a4d34dc6a7855355b611836f7b6111228893e9"

    private func connector(_ more: JSONObject = [:]) throws -> BakongConnector {
        var written: JSONObject = [
            "baseURL": "https://bakong.example", "accountId": "shop_demo@devb", "email": "pay@shop.example",
        ]
        for (name, value) in more.members { written[name] = value }
        return try BakongConnector(settings: settings(BakongConnector.self, written))
    }

    private func payment(
        _ method: PaymentMethod = .usdKHQR, minor: Int64 = 1_00, md5: String? = nil
    ) -> Payment {
        var artefact = Artefact()
        artefact.qrCode = "0002…"
        artefact.qrMD5 = md5 ?? self.md5
        return Payment(
            reference: "cw1", method: method, amount: Money(minor: minor, method.currency),
            counterparty: Counterparty(), callbackURL: "https://m.example/cb", merchantName: "Demo Shop",
            createdAt: now, expiresAt: now + .seconds(300), artefact: artefact)
    }

    private func answer(_ text: String, status: Int = 200, type: String = "application/json")
        -> ProviderResponse
    {
        ProviderResponse(status: status, contentType: type, body: Array(text.utf8))
    }

    /// The seed's sample of a success, with other values in it.
    private func paid(
        to payee: String = "shop_demo@devb", currency: String = "USD", amount: String = "1.0"
    ) -> String {
        #"{"responseCode":0,"responseMessage":"Getting transaction successfully.","data":"#
            + data(to: payee, currency: currency, amount: amount) + "}"
    }

    private func data(
        to payee: String = "shop_demo@devb", currency: String = "USD", amount: String = "1.0"
    ) -> String {
        #"{"hash":"\#(hash)","fromAccountId":"rieu_dhqj_1984@devb","toAccountId":"\#(payee)","#
            + #""currency":"\#(currency)","amount":\#(amount),"description":"testing bakong generator"}"#
    }

    private func failure(_ code: Int, _ words: String = "no") -> String {
        #"{"data":null,"errorCode":\#(code),"responseCode":1,"responseMessage":"\#(words)"}"#
    }

    private func body(_ request: ProviderRequest) throws -> JSON { try JSON.parse(request.body) }

    // MARK: Questions

    @Test("it is asked for the MD5 that was stored, under the token")
    func query() throws {
        let request = try connector().query(of: payment(), providerReference: nil, at: now)
        #expect(request.url == "https://bakong.example/v1/check_transaction_by_md5")
        #expect(request.method == "POST" && request.needsSession)
        #expect(try body(request) == ["md5": .string(md5)])
    }

    @Test(
        "a payment of what was asked for has succeeded", arguments: ["1.0", "1", "1.00", #""1.00""#, "1e0"])
    func success(amount: String) throws {
        let outcome = try connector().outcome(
            ofQuery: answer(paid(amount: amount)), of: payment(), at: now)
        guard case .succeeded(let settlement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(settlement.amount == Money(minor: 1_00, .usd) && settlement.providerReference == hash)
        #expect(!settlement.isToAnotherAccount && settlement.at == nil)
    }

    @Test("riel come as whole numbers, however they are written")
    func riel() throws {
        let outcome = try connector().outcome(
            ofQuery: answer(paid(currency: "KHR", amount: "4000.0")), of: payment(.khrKHQR, minor: 4000),
            at: now)
        guard case .succeeded(let settlement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(settlement.amount == Money(minor: 4000, .khr))
    }

    @Test("what else was paid is told as it is, for the order to compare")
    func others() throws {
        let connector = try connector()
        let other = connector.outcome(
            ofQuery: answer(paid(to: "somebody@devb")), of: payment(), at: now)
        guard case .succeeded(let settlement) = other else { return #expect(Bool(false), "\(other)") }
        #expect(settlement.isToAnotherAccount)
        let inRiel = connector.outcome(
            ofQuery: answer(paid(currency: "KHR", amount: "4000.0")), of: payment(), at: now)
        guard case .succeeded(let khr) = inRiel else { return #expect(Bool(false), "\(inRiel)") }
        #expect(khr.amount == Money(minor: 4000, .khr))
    }

    @Test(
        "a payment of a sum that no order can be of is one all the same: for a person, and at once",
        arguments: [
            ("USD", "1.005"), ("KHR", "4000.5"), ("USD", #""one""#), ("EUR", "1.0"), ("USD", "1e99"),
        ])
    func oddSums(currency: String, amount: String) throws {
        let outcome = try connector().outcome(
            ofQuery: answer(paid(currency: currency, amount: amount)), of: payment(), at: now)
        guard case .succeeded(let settlement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(settlement.amount == nil && settlement.doubt != nil && settlement.providerReference == hash)
    }

    @Test("who is to be paid is told by the code that was shown, whatever the setting is by now")
    func oldCode() throws {
        let order = Payment(
            reference: "cw1", method: .usdKHQR, amount: Money(minor: 1_00, .usd),
            counterparty: Counterparty(),
            callbackURL: "", merchantName: "Demo Shop", createdAt: now, expiresAt: now + .seconds(300))
        var shown = order
        shown.artefact = try connector(["accountId": "old_shop@devb"]).issue(order, at: now).artefact
        for (payee, isOther) in [("old_shop@devb", false), ("shop_demo@devb", true)] {
            let outcome = try connector().outcome(ofQuery: answer(paid(to: payee)), of: shown, at: now)
            guard case .succeeded(let settlement) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(settlement.isToAnotherAccount == isOther)
        }
    }

    @Test("an account's id is the same in capitals")
    func capitals() throws {
        let outcome = try connector().outcome(
            ofQuery: answer(paid(to: "SHOP_DEMO@devb")), of: payment(), at: now)
        guard case .succeeded(let settlement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(!settlement.isToAnotherAccount)
    }

    @Test("not found means not paid yet")
    func notYet() throws {
        let outcome = try connector().outcome(ofQuery: answer(failure(1)), of: payment(), at: now)
        #expect(outcome == .accepted(Acceptance()))
    }

    @Test("a failed transfer ends nothing as long as the code can be paid")
    func failed() throws {
        let connector = try connector()
        #expect(
            connector.outcome(ofQuery: answer(failure(3)), of: payment(), at: now)
                == .accepted(Acceptance()))
        let late = connector.outcome(ofQuery: answer(failure(3)), of: payment(), at: now + .seconds(300))
        guard case .failed(let refusal) = late else { return #expect(Bool(false), "\(late)") }
        #expect(refusal.reason == .declined)
    }

    @Test(
        "nothing is concluded from anything else",
        arguments: [
            (200, #"{"responseCode":0,"data":null}"#), (200, #"{"responseCode":0,"data":{"hash":"x"}}"#),
            (200, "{"), (200, "[]"), (200, ""), (200, #"{"responseCode":2,"data":null}"#),
            (500, #"{"responseCode":1,"errorCode":1,"data":null}"#), (502, "<html>"), (403, "<html>"),
            (429, #"{"responseCode":1,"errorCode":1}"#), (404, #"{"responseCode":0,"data":{}}"#),
            (401, #"{"responseCode":1,"errorCode":1}"#), (401, ""),
        ])
    func unusable(status: Int, body: String) throws {
        let outcome = try connector().outcome(
            ofQuery: answer(body, status: status), of: payment(), at: now)
        guard case .unknown = outcome else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test("every other error code decides nothing", arguments: [0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99])
    func codes(code: Int) throws {
        let outcome = try connector().outcome(
            ofQuery: answer(failure(code), status: 400), of: payment(), at: now)
        guard case .unknown(let why) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(!why.isEmpty)
    }

    @Test("a wall in front of Bakong is called what it is, with the remedy")
    func blocked() throws {
        let outcome = try connector().outcome(
            ofQuery: answer("<html>Forbidden</html>", status: 403, type: "text/html"), of: payment(), at: now)
        guard case .unknown(let why) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(why.contains("Cambodia") && why.contains("proxy"))
        #expect(throws: ConnectorError.self) {
            try connector().checkHealth(in: answer("<html>", status: 403, type: "text/html"))
        }
    }

    // MARK: Several at once

    @Test("several are asked about as a bare list, where the account may")
    func bulkRequest() throws {
        let payments = [payment(md5: "a1"), payment(md5: "b2")]
        let request = try #require(connector().bulkQuery(of: payments, at: now))
        #expect(request.url == "https://bakong.example/v1/check_transaction_by_md5_list")
        #expect(try body(request) == ["a1", "b2"])
        #expect(try connector(["bulk": false]).bulkQuery(of: payments, at: now) == nil)
    }

    @Test("each is told its own, in whatever order they come")
    func bulkAnswer() throws {
        let payments = [payment(md5: "a1"), payment(md5: "b2"), payment(md5: "c3"), payment(md5: "d4")]
        let text =
            #"{"responseCode":0,"data":[{"md5":"b2","status":"SUCCESS","data":\#(data())},"#
            + #"{"md5":"a1","status":"NOT_FOUND","data":null},{"md5":"c3","status":"WHAT"}]}"#
        let read = try connector().outcomes(ofBulkQuery: answer(text), of: payments, at: now)
        guard case .outcomes(let outcomes) = read, outcomes.count == 4 else {
            return #expect(Bool(false), "\(read)")
        }
        #expect(outcomes[0] == .accepted(Acceptance()))
        guard case .succeeded(let settlement) = outcomes[1] else {
            return #expect(Bool(false), "\(outcomes)")
        }
        #expect(settlement.providerReference == hash)
        for outcome in outcomes[2...] {
            guard case .unknown = outcome else { return #expect(Bool(false), "\(outcome)") }
        }
    }

    @Test("of one that is told twice nothing is believed")
    func bulkTwice() throws {
        let row = #"{"md5":"a1","status":"SUCCESS","data":\#(data())}"#
        let read = try connector().outcomes(
            ofBulkQuery: answer(#"{"responseCode":0,"data":[\#(row),\#(row)]}"#), of: [payment(md5: "a1")],
            at: now)
        guard case .outcomes(let outcomes) = read, case .unknown = outcomes.first else {
            return #expect(Bool(false), "\(read)")
        }
    }

    @Test(
        "where the account may not ask so, that is understood; where nobody may, that is not mistaken for it")
    func bulkRefused() throws {
        let connector = try connector()
        let read = { (status: Int, text: String) in
            connector.outcomes(
                ofBulkQuery: answer(text, status: status), of: [payment(md5: "a1")], at: now)
        }
        #expect(read(403, failure(6)) == .notAllowed)
        #expect(read(404, "{}") == .notAllowed)
        for (status, text) in [
            (403, "<html>"), (500, failure(1)), (200, "{}"), (429, ""),
            (200, #"{"responseCode":0,"data":[{"md5":"zz","status":"SUCCESS"}]}"#),
        ] {
            guard case .unusable = read(status, text) else {
                return #expect(Bool(false), "\(status) \(text)")
            }
        }
    }

    // MARK: Tokens

    /// A token with these claims, as Bakong's are.
    private func token(_ claims: String) -> String {
        [#"{"typ":"JWT","alg":"HS256"}"#, claims].map { Base64.encodeURL(Array($0.utf8)) }
            .joined(separator: ".") + ".c2lnbmF0dXJl"
    }

    @Test("a token says itself how long it lives, and is renewed in time")
    func life() throws {
        let session = try #require(connector().session)
        let request = try #require(session.request(at: now))
        #expect(request.url == "https://bakong.example/v1/renew_token" && !request.needsSession)
        #expect(try body(request) == ["email": "pay@shop.example"])
        let day: Int64 = 24 * 3600
        let of = { (claims: String) in
            try session.grant(
                in: answer(#"{"responseCode":0,"data":{"token":"\#(token(claims))"}}"#), at: now)
        }
        let long = try of(#"{"exp":\#(1_800_000_000 + 93 * day),"iat":1800000000}"#)
        #expect(long.expiresAt == now + .seconds(93 * day) && long.renewAt == now + .seconds(86 * day))
        let short = try of(#"{"exp":1800001000,"iat":1800000000}"#)
        #expect(short.renewAt == now + .seconds(900))
        for start in ["-9223372036854775808", "9223372036854775807", "-1", "1800001001"] {
            let odd = try of(#"{"exp":1800001000,"iat":\#(start)}"#)
            #expect(odd.expiresAt == now + .seconds(1000))
            #expect(odd.renewAt.map { $0 < now + .seconds(1000) } == true)
        }
        for claims in ["{}", "[]", #"{"exp":"soon"}"#, #"{"exp":-1}"#] {
            let grant = try of(claims)
            #expect(grant.expiresAt == nil && grant.renewAt == nil && !grant.token.isEmpty)
        }
    }

    @Test(
        "an answer without a token is none",
        arguments: [
            (200, #"{"responseCode":0,"data":{}}"#), (200, #"{"responseCode":0,"data":{"token":"a b"}}"#),
            (200, #"{"data":null,"errorCode":10,"responseCode":1}"#), (500, "{}"), (403, "<html>"),
        ])
    func noToken(status: Int, text: String) throws {
        let session = try #require(connector().session)
        #expect(throws: ConnectorError.self) { try session.grant(in: answer(text, status: status), at: now) }
    }

    @Test("a configured token is used, and without an address nobody can ask for another one")
    func configured() throws {
        let session = try #require(connector(["token": "abc", "email": .null]).session)
        #expect(session.configured?.token == "abc" && session.request(at: now) == nil)
        #expect(session.remedy.contains("causeway account register"))
        let other = try #require(connector(["token": "abd", "email": .null]).session)
        #expect(session.identity != other.identity)
    }

    // MARK: Signing up

    @Test("signing up sends who registers, and shows the code")
    func registration() throws {
        let registration = try #require(connector().registration)
        let request = try registration.request(["organization": "Shop", "project": "Checkout"], at: now)
        #expect(request.url == "https://bakong.example/v1/request_token" && !request.needsSession)
        #expect(
            try body(request)
                == ["email": "pay@shop.example", "organization": "Shop", "project": "Checkout"])
        let code = String(repeating: "7", count: 20)
        let verification = try registration.verification(code: code, at: now)
        #expect(verification.url == "https://bakong.example/v1/verify")
        #expect(try body(verification) == ["code": .string(code)])
    }

    @Test(
        "what Bakong would not take is told before it is asked",
        arguments: [
            (["organization": "Shop"], "/project"), (["project": "Checkout"], "/organization"),
            (["organization": "Shop", "project": "x", "email": "other@shop.example"], "/email"),
            (["organization": String(repeating: "x", count: 101), "project": "x"], "/organization"),
        ])
    func registrationProblems(values: [String: String], pointer: String) throws {
        let registration = try #require(connector().registration)
        let problem = #expect(throws: FieldProblem.self) { try registration.request(values, at: now) }
        #expect(problem?.pointer == pointer)
    }

    @Test("a code has twenty characters", arguments: ["", "123", String(repeating: "7", count: 21)])
    func codeProblems(code: String) throws {
        let registration = try #require(connector().registration)
        #expect(throws: FieldProblem.self) { try registration.verification(code: code, at: now) }
    }

    // MARK: Finding

    @Test("a payment is looked up by its hash, or by the beginning of it with the amount")
    func lookup() throws {
        let lookup = try #require(connector().lookup)
        let whole = try lookup.request(hash: hash, amount: nil, at: now)
        #expect(whole.url == "https://bakong.example/v1/check_transaction_by_hash" && whole.needsSession)
        #expect(try body(whole) == ["hash": .string(hash)])
        let short = try lookup.request(hash: "8465D722", amount: Money(minor: 1_50, .usd), at: now)
        #expect(short.url == "https://bakong.example/v1/check_transaction_by_short_hash")
        #expect(
            String(decoding: short.body, as: UTF8.self)
                == #"{"hash":"8465d722","amount":1.5,"currency":"USD"}"#)
        let found = try #require(try lookup.payment(in: answer(paid())))
        #expect(found.isToThisAccount && found.payer == "rieu_dhqj_1984@devb")
        #expect(try lookup.payment(in: answer(failure(1))) == nil)
        #expect(try lookup.payment(in: answer(paid(to: "x@devb")))?.isToThisAccount == false)
        #expect(throws: ConnectorError.self) { try lookup.payment(in: answer(failure(9))) }
    }

    @Test(
        "what cannot be looked up is told",
        arguments: [("", "/hash"), ("xyz", "/hash"), ("8465d7", "/hash"), ("8465d722", "/amount")])
    func lookupProblems(hash: String, pointer: String) throws {
        let lookup = try #require(connector().lookup)
        let problem = #expect(throws: FieldProblem.self) {
            try lookup.request(hash: hash, amount: nil, at: now)
        }
        #expect(problem?.pointer == pointer)
        let baht = #expect(throws: FieldProblem.self) {
            try lookup.request(hash: "8465d722", amount: Money(minor: 1, .thb), at: now)
        }
        #expect(baht?.pointer == "/currency")
    }

    // MARK: Accounts

    @Test("Bakong says whether it knows the account")
    func verdict() throws {
        let connector = try connector()
        let request = try #require(connector.accountQuery(at: now))
        #expect(request.url == "https://bakong.example/v1/check_bakong_account" && request.needsSession)
        #expect(try body(request) == ["accountId": "shop_demo@devb"])
        let good = #"{"responseCode":0,"responseMessage":"Account ID exists","errorCode":null,"data":null}"#
        #expect(connector.accountVerdict(in: answer(good)) == .good)
        for code in [11, 12] {
            guard case .bad(let problem) = connector.accountVerdict(in: answer(failure(code))) else {
                return #expect(Bool(false), "\(code)")
            }
            #expect(problem.pointer == "/settings/accountId")
        }
        for (status, text) in [(200, failure(6)), (403, "<html>"), (500, "{}"), (200, failure(9))] {
            guard case .undecided(let why) = connector.accountVerdict(in: answer(text, status: status)) else {
                return #expect(Bool(false), "\(status) \(text)")
            }
            #expect(!why.isEmpty)
        }
    }

    /// Settings that do not fit together, each with whose fault it is.
    private static let misfits: [(more: JSONObject, name: String)] = [
        (["accountType": "merchant"], "merchantId"),
        (["accountType": "merchant", "merchantId": "1"], "acquiringBank"),
        (["email": .null], "email"), (["email": "nobody"], "email"), (["appName": "Shop"], "appName"),
        (["token": "a b"], "token"), (["accountId": "shop"], "accountId"),
        (["accountId": "shop@"], "accountId"), (["categoryCode": "12a4"], "categoryCode"),
    ]

    @Test("settings that do not fit together are refused, by name")
    func settingsProblems() {
        for (more, name) in Self.misfits {
            let problem = #expect(throws: FieldProblem.self) { try connector(more) }
            #expect(problem?.pointer == "/settings/\(name)")
        }
    }

    // MARK: Deep links

    @Test("a link is asked for with the app that it comes back to, and its failure changes nothing")
    func deepLink() throws {
        let app: JSONObject = [
            "appName": "Shop", "appIconURL": "https://shop.example/icon.png",
            "appDeepLinkCallback": "https://shop.example/paid",
        ]
        let connector = try connector(app)
        var issued = Acceptance(artefact: Artefact())
        issued.artefact?.qrCode = "00020101"
        let request = try #require(connector.embellishment(of: issued, for: payment(), at: now))
        #expect(request.url == "https://bakong.example/v1/generate_deeplink_by_qr")
        #expect(
            try body(request) == [
                "qr": "00020101",
                "sourceInfo": [
                    "appIconUrl": "https://shop.example/icon.png", "appName": "Shop",
                    "appDeepLinkCallback": "https://shop.example/paid",
                ],
            ])
        let linked = connector.embellished(
            issued, by: answer(#"{"responseCode":0,"data":{"shortLink":"https://b.page.link/x"}}"#))
        #expect(linked.artefact?.deepLink == "https://b.page.link/x")
        for (status, text) in [
            (200, failure(4)), (500, ""), (200, #"{"responseCode":0,"data":{"shortLink":"javascript:x"}}"#),
        ] {
            #expect(connector.embellished(issued, by: answer(text, status: status)) == issued)
        }
        #expect(
            try self.connector(["deepLinks": false]).embellishment(of: issued, for: payment(), at: now) == nil
        )
    }
}
