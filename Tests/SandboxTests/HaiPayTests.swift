import Testing

@testable import sandbox

@Suite("HaiPay as the sandbox plays it")
struct HaiPayTests {
    let front: Front
    let merchantKey: RSAKey
    let platformKey: RSAKey
    let secret = "sandbox-haipay-secret-0123456789abcdef"

    init() throws {
        front = try Fixture.front()
        merchantKey = try Fixture.merchantKey()
        platformKey = try Fixture.platformKey()
    }

    func payout(_ changes: JSONObject = [:]) -> JSONObject {
        var fields: JSONObject = [
            "appId": 1054, "orderId": "H1", "amount": "500", "accountType": "EWALLET", "bankCode": "0001",
            "accountNo": "254712345678", "name": "john doe", "phone": "254712345678",
            "email": "johndoe@example.com", "partnerUserId": "149597870",
        ]
        for change in changes.members { fields[change.key] = change.value }
        return fields
    }

    func post(_ path: String, _ fields: JSONObject, currency: String = "kes") throws -> JSONObject {
        let signed = HaiPaySignature.signed(fields, by: merchantKey, secret: secret)
        let request = WebRequest(
            method: "POST", path: "/haipay/\(currency)\(path)", headers: ["content-type": "application/json"],
            body: JSONWriter.bytes(fields["sign"] == nil ? signed : fields))
        return try unwrap(try JSONReader.read(front.answer(request).shown.body).object)
    }

    func isSigned(_ data: JSONObject) -> Bool {
        HaiPaySignature.isGenuine(data, key: platformKey, secret: secret)
    }

    @Test("accepts a payout once, and signs what it answers")
    func apply() throws {
        let body = try post("/pay/apply", payout())
        #expect(body["status"]?.string == "1")
        #expect(body["error"]?.string == "00000000")
        let data = try unwrap(body["data"]?.object)
        #expect(data.members.map(\.key) == ["orderId", "orderNo", "sign"])
        #expect(isSigned(data))
        let again = try post("/pay/apply", payout())
        #expect(
            JSONWriter.text(.object(again))
                == #"{"status":"0","error":"4009","msg":"orderId already exists"}"#)
    }

    @Test(
        "refuses a payout with a wrong field",
        arguments: [
            ("amount", 500, "4000"), ("amount", "9.99", "4005"), ("amount", "999999.01", "4005"),
            ("amount", "10.001", "4000"), ("amount", "0500", "4000"), ("bankCode", "0005", "4002"),
            ("bankCode", 1, "4000"), ("accountType", "CARD", "4000"), ("accountNo", "0712345678", "4000"),
            ("accountNo", "254812345678", "4000"), ("name", "john", "4000"), ("name", "john  doe", "4000"),
            ("name", "jöhn doe", "4000"), ("name", "abcdefghijklmno pqrstuvwxyzabcde", "4000"),
            ("phone", "712345678", "4000"), ("email", "nobody", "4000"), ("partnerUserId", "a b", "4000"),
            ("orderId", "", "4000"), ("appId", "1054", "4003"), ("appId", 7, "4003"), ("extra", "x", "4000"),
            ("notifyUrl", "nowhere", "4000"), ("sign", "AAAA", "4001"),
        ] as [(String, JSONValue, String)])
    func wrongField(name: String, value: JSONValue, error: String) throws {
        let body = try post("/pay/apply", payout(JSONObject([.init(key: name, value: value)])))
        #expect(body["status"]?.string == "0")
        #expect(body["error"]?.string == error)
        #expect(body["data"] == nil)
    }

    @Test(
        "accepts what the tables allow",
        arguments: [
            ["amount": "10"], ["amount": "999999.00"], ["bankCode": "63907"], ["accountNo": "254112345678"],
            ["accountType": "BANK_ACCOUNT", "bankCode": "9999", "accountNo": "1234567890"],
            ["name": "John Mid Doe"], ["partnerUserId": "u-~!@#$%&*()_.1"], ["subject": "", "body": nil],
        ] as [JSONObject])
    func rightFields(changes: JSONObject) throws {
        #expect(try post("/pay/apply", payout(changes))["status"]?.string == "1")
    }

    @Test("tells a payout's progress and its end, in East Africa Time")
    func query() throws {
        let fields: JSONObject = ["appId": 1054, "orderId": "H1"]
        #expect(
            JSONWriter.text(.object(try post("/pay/query", fields)))
                == #"{"status":"0","error":"4004","msg":"order does not exist"}"#)
        let number = try unwrap(try post("/pay/apply", payout())["data"]?.object?["orderNo"]?.string)
        let waiting = try unwrap(try post("/pay/query", fields)["data"]?.object)
        #expect(try unwrap(waiting["status"]?.integer) <= 1)
        #expect(waiting["payTime"] == nil)
        front.world.settle(number)
        let done = try unwrap(try post("/pay/query", fields)["data"]?.object)
        #expect(done["status"]?.integer == 2)
        #expect(done["amount"]?.string == "500.00")
        #expect(done["fee"]?.string == "5.00")
        let moved = try unwrap(front.world.order(number)?.movedAt)
        #expect(done["payTime"]?.string == moved.eastAfrica)
        #expect(isSigned(done))
    }

    @Test("prints East Africa Time three hours ahead")
    func eastAfrica() {
        #expect(Moment(milliseconds: 1_709_326_799_000).iso == "2024-03-01T20:59:59.000Z")
        #expect(Moment(milliseconds: 1_709_326_799_000).eastAfrica == "2024-03-01 23:59:59")
    }

    @Test("says why a payout failed, and gives the money back")
    func failure() throws {
        let data = try unwrap(try post("/pay/apply", payout(["amount": "500.04"]))["data"]?.object)
        front.world.settle(try unwrap(data["orderNo"]?.string))
        let order = try unwrap(try post("/pay/query", ["appId": 1054, "orderId": "H1"])["data"]?.object)
        #expect(order["status"]?.integer == 3)
        #expect(order["errorMsg"]?.string == "The recipient's account is closed")
        let ledger = try unwrap(try post("/account/ledger", ["appId": 1054])["data"]?.object)
        #expect(ledger["bal"]?.string == "1000000000.00")
        #expect(ledger["frzBal"]?.string == "0.00")
        #expect(isSigned(ledger))
        #expect(try front.control.entry("H1")["moved"]?.bool == false)
    }

    @Test("takes amount and fee from the balance, frozen until the payout is done")
    func balance() throws {
        let data = try unwrap(try post("/pay/apply", payout())["data"]?.object)
        func ledger() throws -> [String?] {
            let data = try unwrap(try post("/account/ledger", ["appId": 1054])["data"]?.object)
            return ["bal", "availableBal", "frzBal"].map { data[$0]?.string }
        }
        #expect(try ledger() == ["1000000000.00", "999999495.00", "505.00"])
        front.world.settle(try unwrap(data["orderNo"]?.string))
        #expect(try ledger() == ["999999495.00", "999999495.00", "0.00"])
    }

    @Test("spoils the signature of an answer when told to")
    func spoilt() throws {
        let data = try unwrap(try post("/pay/apply", payout(["amount": "500.10"]))["data"]?.object)
        #expect(!isSigned(data))
    }

    @Test("keeps the currency in the path apart")
    func currency() throws {
        #expect(try post("/pay/apply", payout(), currency: "ugx")["error"]?.string == "4007")
    }
}
