import Testing

@testable import sandbox

@Suite("Bakong as the sandbox plays it")
struct BakongTests {
    let front: Front
    /// The tokens that docs/sandbox.md shows.
    let token =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjQwNzA5MDg4MDAsImlhdCI6MTcwNDA2NzIwMCwiZGF0YSI6eyJpZCI6ImUyMWQ0ODY5NWQ4YWY5NyIsIm1zIjoxNzA0MDY3MjAwMDAwfX0.bsrBmMF4Qn-Cs6v4-UC-ACM9gVOyiNkzA8RNGrqt8Tk"

    init() throws {
        front = try Fixture.front()
    }

    func send(
        _ path: String, _ body: JSONValue, token: String? = nil, type: String? = "application/json"
    ) -> WebAnswer {
        var headers = ["authorization": "Bearer \(token ?? self.token)"]
        headers["content-type"] = type
        return front.answer(
            WebRequest(
                method: "POST", path: "/bakong/v1/\(path)", headers: headers, body: JSONWriter.bytes(body)))
    }

    func post(_ path: String, _ body: JSONObject, token: String? = nil) throws -> (
        status: Int, body: JSONObject
    ) {
        let shown = send(path, .object(body), token: token).shown
        return (shown.status, try unwrap(try JSONReader.read(shown.body).object))
    }

    func check(_ md5: String, token: String? = nil) throws -> (status: Int, body: JSONObject) {
        try post("check_transaction_by_md5", ["md5": .string(md5)], token: token)
    }

    /// The error of a check; 0 where the payment was found.
    func error(of md5: String) throws -> Int64 {
        let (status, body) = try check(md5)
        #expect(status == 200)
        return body["errorCode"]?.integer ?? 0
    }

    @discardableResult
    func control(_ path: String, _ body: JSONObject) throws -> (status: Int, body: JSONObject) {
        let request = WebRequest(method: "POST", path: "/_sandbox/\(path)", body: JSONWriter.bytes(body))
        let shown = front.answer(request).shown
        return (shown.status, try unwrap(try JSONReader.read(shown.body).object))
    }

    @discardableResult
    func pay(_ code: String, _ more: JSONObject = [:]) throws -> (status: Int, body: JSONObject) {
        var body: JSONObject = ["qr": .string(code)]
        for member in more.members { body[member.key] = member.value }
        return try control("pay", body)
    }

    func plan(_ operation: JSONValue, _ behaviour: JSONValue) throws {
        let answer = try control(
            "behaviour", ["provider": "bakong", "operation": operation, "behaviour": behaviour])
        #expect(answer.status == 200)
    }

    func draft(_ amount: String, _ currency: String = "840") -> String {
        KHQRDraft().with([("53", currency), ("54", amount)]).text
    }

    @Test("knows nothing of a code until it is paid, then answers as the samples do")
    func happyPath() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        let before = try check(md5)
        #expect(before.status == 200)
        #expect(
            JSONWriter.text(.object(before.body))
                == #"{"responseCode":1,"responseMessage":"Transaction could not be found. Please check and try again.","errorCode":1,"data":null}"#
        )
        #expect(try control("pay", ["reference": "INV-1"]).status == 404)
        let paid = try pay(qr)
        #expect(paid.status == 200)
        #expect(paid.body["md5"]?.string == md5)
        let (status, body) = try check(md5)
        #expect(status == 200)
        #expect(body["responseCode"]?.integer == 0)
        #expect(body["errorCode"]?.isNull == true)
        let data = try unwrap(body["data"]?.object)
        #expect(data["hash"]?.string == paid.body["providerReference"]?.string)
        #expect(data["hash"]?.string?.utf8.count == 64)
        #expect(data["toAccountId"]?.string == "causeway_demo@devb")
        #expect(data["currency"]?.string == "USD")
        #expect(data["amount"]?.numberText == "9.99")
        #expect(data["createdDateMs"]?.integer != nil)
    }

    @Test(
        "prints amounts as Java prints doubles",
        arguments: [
            (100, "1.0"), (1, "0.01"), (50, "0.5"), (1_234, "12.34"), (400_000, "4000.0"),
            (999_999_900, "9999999.0"),
            (1_000_000_000, "1.0E7"), (1_234_567_800, "1.2345678E7"), (1_234_567_850, "1.23456785E7"),
        ] as [(Int64, String)])
    func amounts(minor: Int64, text: String) {
        #expect(BakongAnswers.javaNumber(Amount(minor: minor)).numberText == text)
        #expect(Amount(number: text)?.minor == minor)
    }

    @Test("finds a payment by its hash, and by a short hash with its amount and currency")
    func hashes() throws {
        let (qr, _, _) = try KHQRTests.python("khr")
        let hash = try unwrap(try pay(qr).body["providerReference"]?.string)
        let full = try post("check_transaction_by_hash", ["hash": .string(hash)])
        #expect(full.body["data"]?.object?["amount"]?.numberText == "4000.0")
        let other = hash.dropLast() + (hash.hasSuffix("0") ? "1" : "0")
        #expect(
            try post("check_transaction_by_hash", ["hash": .string(String(other))]).body["errorCode"]?.integer
                == 1)
        func short(_ amount: JSONValue, _ currency: JSONValue) throws -> (status: Int, body: JSONObject) {
            try post(
                "check_transaction_by_short_hash",
                ["hash": .string(String(hash.prefix(8))), "amount": amount, "currency": currency])
        }
        #expect(try short(4000, "KHR").body["data"]?.object?["hash"]?.string == hash)
        #expect(try short(.number("4000.0"), "KHR").body["responseCode"]?.integer == 0)
        #expect(try short(4001, "KHR").body["errorCode"]?.integer == 1)
        #expect(try short(4000, "USD").body["errorCode"]?.integer == 1)
        #expect(try short("4000", "KHR").status == 400)
        #expect(try short(4000, "THB").status == 400)
    }

    @Test("answers a list item by item, fifty at most")
    func list() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        try pay(qr)
        let none = String(repeating: "0", count: 32)
        let shown = send("check_transaction_by_md5_list", .array([.string(none), .string(md5)])).shown
        let items = try unwrap(try JSONReader.read(shown.body).object?["data"]?.array).compactMap(\.object)
        #expect(items.map { $0["status"]?.string } == ["NOT_FOUND", "SUCCESS"])
        #expect(items.map { $0["md5"]?.string } == [none, md5])
        #expect(items[1]["data"]?.object?["amount"]?.numberText == "9.99")
        func status(_ body: JSONValue) -> Int { send("check_transaction_by_md5_list", body).shown.status }
        #expect(status(.array(Array(repeating: .string(md5), count: 50))) == 200)
        #expect(status(.array(Array(repeating: .string(md5), count: 51))) == 400)
        #expect(status(.array([])) == 400)
        #expect(status(.array([.string(md5), 7])) == 400)
        #expect(status(.object(["md5": .array([.string(md5)])])) == 400)
    }

    @Test(
        "wants a token, JSON and exactly the documents' fields",
        arguments: [
            ["md5": ""], ["md5": 7], ["md5": "D574C542A79CE88A33FF239623BEAC37"], [:],
            ["md5": "d574c542a79ce88a33ff239623beac37", "more": 1],
        ] as [JSONObject])
    func fields(body: JSONObject) throws {
        let answer = try post("check_transaction_by_md5", body)
        #expect(answer.status == 400)
        #expect(answer.body["errorCode"]?.integer == 5)
        #expect(try unwrap(answer.body["responseMessage"]?.string).hasPrefix("Missing required fields."))
    }

    @Test("takes no token that it did not sign, and asks for none where the documents ask for none")
    func unauthorised() throws {
        let (qr, md5, _) = try KHQRTests.python("usd")
        for wrong in ["", "x", String(token.dropLast(2)) + "AA", token + ".x"] {
            let answer = try check(md5, token: wrong)
            #expect(answer.status == 401)
            #expect(answer.body["errorCode"]?.integer == 6)
        }
        #expect(
            send("check_transaction_by_md5", .object(["md5": .string(md5)]), type: "text/plain").shown.status
                == 400)
        let link = try post("generate_deeplink_by_qr", ["qr": .string(qr)], token: "x")
        #expect(link.body["responseCode"]?.integer == 0)
    }

    @Test("registers an address by a code that is mailed and works once, then not again")
    func registration() throws {
        let request: JSONObject = [
            "email": "new@causeway.example", "organization": "Causeway", "project": "Tests",
        ]
        #expect(try post("request_token", request).body["responseMessage"]?.string == "Email has been sent")
        let renewal: JSONObject = ["email": "new@causeway.example"]
        #expect(try post("renew_token", renewal).body["errorCode"]?.integer == 10)
        let mail = front.control.mail([:])["mail"]?.array?.last?.object
        #expect(mail?["to"]?.string == "new@causeway.example")
        let code = try unwrap(mail?["code"]?.string)
        let issued = try post("verify", ["code": .string(code)])
        #expect(issued.body["responseMessage"]?.string == "Token has been issued")
        let new = try unwrap(issued.body["data"]?.object?["token"]?.string)
        #expect(try check(String(repeating: "0", count: 32), token: new).status == 200)
        #expect(try post("verify", ["code": .string(code)]).body["errorCode"]?.integer == 6)
        #expect(try post("request_token", request).body["errorCode"]?.integer == 8)
        #expect(try post("renew_token", renewal).body["responseCode"]?.integer == 0)
    }

    @Test(
        "refuses a registration outside the documents' bounds",
        arguments: [
            ("email", "nobody"), ("email", "a-very-long-address@causeway.example"), ("organization", ""),
            ("project", nil), ("project", .string(String(repeating: "p", count: 101))), ("more", "x"),
        ] as [(String, JSONValue?)])
    func registrationBounds(name: String, value: JSONValue?) throws {
        var request: JSONObject = [
            "email": "new@causeway.example", "organization": "Causeway", "project": "Tests",
        ]
        request[name] = value
        #expect(try post("request_token", request).status == 400)
        #expect(front.control.mail([:])["mail"]?.array?.isEmpty == true)
    }

    @Test("renews a token for 93 days, keeps old ones, and takes none back that was revoked")
    func renewal() throws {
        let none = String(repeating: "0", count: 32)
        func renewed() throws -> String {
            let answer = try post("renew_token", ["email": "demo@causeway.example"])
            return try unwrap(answer.body["data"]?.object?["token"]?.string)
        }
        let first = try renewed()
        let second = try renewed()
        #expect(first != second)
        let claims = try unwrap(BakongToken(first))
        #expect(claims.expiresAt.seconds - claims.issuedAt.seconds == 93 * 86_400)
        for old in [token, first, second] { #expect(try check(none, token: old).status == 200) }
        #expect(
            try control("tokens/revoke", ["provider": "bakong", "account": "demo-one"]).body["accounts"]?
                .integer == 1)
        for old in [token, first, second] { #expect(try check(none, token: old).status == 401) }
        #expect(try check(none, token: try renewed()).status == 200)
        let other = try unwrap(front.world.bakongAccount(withEmail: "two@causeway.example")?.bakong)
        #expect(try check(none, token: BakongToken(lastingFor: other.tokenID).text).status == 200)
    }

    @Test("issues tokens that expire when the setting says so")
    func expiry() throws {
        #expect(try control("settings", ["bakongTokenSeconds": 0]).body["bakongTokenSeconds"]?.integer == 0)
        let answer = try post("renew_token", ["email": "demo@causeway.example"])
        let short = try unwrap(answer.body["data"]?.object?["token"]?.string)
        #expect(try check(String(repeating: "0", count: 32), token: short).status == 401)
    }

    @Test(
        "knows accounts, and ids that are none",
        arguments: [
            ("causeway_demo@devb", nil), ("causeway_two@devb", nil), ("anybody@aclb", nil),
            ("closed@devb", 11),
            ("nobody@devb", 11), ("user@bank", 11), ("user", 12), ("user@", 12), ("a@b@c", 12),
            ("a b@devb", 12),
        ] as [(String, Int64?)])
    func accounts(id: String, code: Int64?) throws {
        let answer = try post("check_bakong_account", ["accountId": .string(id)])
        #expect(answer.status == 200)
        #expect(answer.body["errorCode"]?.integer == code)
        #expect(answer.body["data"]?.isNull == true)
    }

    @Test("makes another deeplink each time, for dynamic codes that can be read")
    func deeplinks() throws {
        let (qr, _, _) = try KHQRTests.python("usd")
        let source: JSONObject = [
            "appIconUrl": "https://shop.example/icon.svg", "appName": "Shop",
            "appDeepLinkCallback": "https://shop.example/",
        ]
        func link(_ body: JSONObject) throws -> (status: Int, body: JSONObject) {
            try post("generate_deeplink_by_qr", body)
        }
        let links = try (0..<2).map { _ in
            try link(["qr": .string(qr), "sourceInfo": .object(source)]).body["data"]?.object?["shortLink"]?
                .string
        }
        #expect(links[0] != links[1])
        let path = try unwrap(links[0])
        #expect(path.hasPrefix("http://sandbox.test/bakong/d/"))
        let page = front.answer(
            WebRequest(method: "GET", path: String(path.dropFirst("http://sandbox.test".count))))
        #expect(String(decoding: page.shown.body, as: UTF8.self).contains(qr))
        #expect(try link(["qr": .string(try KHQRTests.python("static").qr)]).body["errorCode"]?.integer == 2)
        #expect(try link(["qr": .string(String(qr.dropLast()))]).body["errorCode"]?.integer == 4)
        #expect(try link([:]).body["errorCode"]?.integer == 5)
        #expect(
            try link(["qr": .string(qr), "sourceInfo": .object(source.without("appName"))]).status == 400)
    }
}
