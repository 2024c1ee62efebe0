import Connectors
import Core
import Cryptography
import JSON
import Testing

/// An account at HaiPay, and what HaiPay would write to it.
struct HaiPayFixture {
    static let now = Timestamp(seconds: 1_709_300_000)
    let vectors: JSON
    let connector: HaiPayConnector
    private let platform: RSAPrivateKey
    private let secret: String
    private let isKeyAppended: Bool

    init(appendKey: Bool = true, _ more: JSONObject = [:]) throws {
        isKeyAppended = appendKey
        vectors = try ConnectorsTests.vectors("haipay_sha256rsa")
        secret = try #require(vectors["throwaway_merchant_secret_key"]?.stringValue)
        platform = try RSAPrivateKey(
            #require(vectors["throwaway_platform_private_pkcs8_der_base64"]?.stringValue))
        var written = try Self.written(vectors)
        written["appendKey"] = .bool(appendKey)
        for (name, value) in more.members { written[name] = value }
        connector = try HaiPayConnector(settings: settings(HaiPayConnector.self, written))
    }

    static func written(_ vectors: JSON) throws -> JSONObject {
        [
            "baseURL": "https://haipay.example", "appId": 1054,
            "merchantSecretKey": try #require(vectors["throwaway_merchant_secret_key"]),
            "merchantPrivateKey": try #require(vectors["merchant_private_pkcs8_b64"]),
            "platformPublicKey": try #require(vectors["platform_public_spki_b64"]),
        ]
    }

    static func payment(_ method: PaymentMethod = .kesEWallet, minor: Int64 = 500_00) -> Payment {
        var person = Counterparty()
        person[.name] = "john doe"
        person[.bankCode] = "0001"
        person[.phone] = "0712345678"
        person[.email] = "johndoe@example.com"
        person[.userId] = "149597870"
        if method == .kesBank { person[.accountNumber] = "1234-567890" }
        return Payment(
            reference: "M100000450012", method: method, amount: Money(minor: minor, .kes),
            counterparty: person,
            callbackURL: "https://m.example/cb?a=1&b=2", description: "iphone13")
    }

    /// HaiPay's own signature, written from its rule and not with the code under test.
    func signed(_ message: JSONObject) throws -> JSONObject {
        var parts: [String] = []
        for (key, value) in message.members.sorted(by: {
            Array($0.key.utf8).lexicographicallyPrecedes($1.key.utf8)
        }) {
            if key == "sign" || value == .null || value == "" { continue }
            parts.append("\(key)=\(value.stringValue ?? value.numberText ?? "\(value.boolValue ?? false)")")
        }
        if isKeyAppended { parts.append("key=\(secret)") }
        var message = message
        let content = Array(parts.joined(separator: "&").utf8)
        message["sign"] = .string(Base64.encode(try platform.sign(content, .sha256)))
        return message
    }

    func success(_ data: JSONObject) throws -> JSON {
        ["status": "1", "error": "00000000", "msg": "", "data": .object(try signed(data))]
    }

    static func failure(_ error: String, _ message: String) -> JSON {
        ["status": "0", "error": .string(error), "msg": .string(message)]
    }

    static func order(_ status: JSON, _ changes: JSONObject = [:]) -> JSONObject {
        var data: JSONObject = [
            "orderId": "M100000450012", "orderNo": "3022111517401574", "amount": "500.00", "fee": "5.00",
            "status": status,
        ]
        for (name, value) in changes.members { data[name] = value }
        return data
    }

    static func news(_ status: JSON, _ changes: JSONObject = [:]) -> JSONObject {
        var data = order(status, changes)
        if changes["appId"] == nil { data["appId"] = 1054 }
        return data
    }
}
