import Connectors
import Core
import Cryptography
import JSON
import Testing

/// An account at KESS, and what KESS would answer it.
struct KESSFixture {
    static let now = Timestamp(seconds: 1_800_000_000)
    let connector: KESSConnector
    let key: RSAPrivateKey
    let digest: HashAlgorithm

    /// Both sides have one throwaway pair: the vectors' own.
    init(_ more: JSONObject = [:]) throws {
        let vectors = try ConnectorsTests.vectors("kess_rsa2_php")
        key = try RSAPrivateKey(#require(vectors["throwaway_private_key_der_base64"]?.stringValue))
        digest = more["digest"] == "sha1" ? .sha1 : .sha256
        var written: JSONObject = [
            "baseURL": "https://kess.example/partnerapi/v1", "partnerId": "partner-1",
            "partnerSecretKey": "secret-1", "userName": "user", "password": "pass word",
            "partnerPrivateKey": try #require(vectors["throwaway_private_key_der_base64"]),
            "platformPublicKey": try #require(vectors["throwaway_public_key_der_base64"]),
        ]
        for (name, value) in more.members { written[name] = value }
        connector = try KESSConnector(settings: settings(KESSConnector.self, written))
    }

    static let preparation = Preparation(
        reference: "PT1", payeeName: "Sok Dara", expiresAt: now + .seconds(290))

    static func payment(
        _ account: String = "85512345678", minor: Int64 = 10_50, preparation: Preparation? = preparation
    ) -> Payment {
        var payee = Counterparty()
        payee[.accountNumber] = account
        return Payment(
            reference: "cw1", method: .usdKESS, amount: Money(minor: minor, .usd), counterparty: payee,
            callbackURL: "https://m.example/cb", merchantName: "Demo Shop", createdAt: now,
            preparation: preparation)
    }

    /// A message of KESS's: what PHP would have signed is given as it would have written it.
    func signed(_ php: String, status: Int = 200) throws -> ProviderResponse {
        let sign = Base64.encode(try key.sign(Array(php.utf8), digest))
        return ProviderResponse(
            status: status, body: Array((php.dropLast() + #","sign_type":"RSA2","sign":"\#(sign)"}"#).utf8))
    }

    func success(_ data: String) throws -> ProviderResponse {
        try signed(#"{"success":true,"code":200,"message":"OK","data":\#(data)}"#)
    }

    func failure(_ code: String, _ words: String = "no", status: Int? = nil) throws -> ProviderResponse {
        try signed(
            #"{"success":false,"error_code":"\#(code)","error_desc":"\#(words)"}"#,
            status: status ?? (code == "SYSTEMERROR" ? 500 : 400))
    }

    static let created =
        #"{"out_trade_no":"cw1","receiver_id":"85512345678","amount":10.5,"currency":"USD","pre_transfer_id":"PT1","#
        + #""receiver_name":"Sok Dara","expire_in":300}"#
    static let confirmed =
        #"{"result_code":"SUCCESS","fund_transfer_id":"FT1","out_trade_no":"cw1","receiver_id":"85512345678","#
        + #""pre_transfer_id":"PT1","amount":10.5,"currency":"USD","receiver_name":"Sok Dara"}"#
}
