internal import Core
internal import Cryptography
internal import JSON

/// What one HaiPay account tells.
struct HaiPaySettings: Sendable {
    let baseURL: String
    let appID: Int64
    let signature: HaiPaySignature
    let notFoundGrace: Duration?

    init(_ settings: AccountSettings) throws(FieldProblem) {
        baseURL = settings.text("baseURL")
        appID = settings.integer("appId")
        var secret: String?
        if settings.flag("appendKey") {
            guard let told = settings.textIfPresent("merchantSecretKey") else {
                throw FieldProblem(
                    pointer: "/settings/merchantSecretKey", detail: "is needed unless appendKey is false")
            }
            secret = told
        }
        let (ours, theirs): (RSAPrivateKey, RSAPublicKey)
        do {
            ours = try RSAPrivateKey(settings.text("merchantPrivateKey"))
        } catch {
            throw FieldProblem(pointer: "/settings/merchantPrivateKey", detail: error.description)
        }
        do {
            theirs = try RSAPublicKey(settings.text("platformPublicKey"))
        } catch {
            throw FieldProblem(pointer: "/settings/platformPublicKey", detail: error.description)
        }
        signature = HaiPaySignature(merchantKey: ours, platformKey: theirs, secret: secret)
        let grace = settings.integer("notFoundGraceSeconds")
        notFoundGrace = grace > 0 ? .seconds(grace) : nil
    }

    /// As the admin schema and the documentation show them.
    static let declared: [AccountSetting] = [
        AccountSetting(
            "baseURL", .url, required: true,
            help:
                "where HaiPay's interface is, without the currency; https://uat-interface.haipay.asia for tests"
        ),
        AccountSetting(
            "appId", .integer(1...Int64.max), required: true,
            help: "the business id from HaiPay's back office, of an app for Kenyan shillings"),
        AccountSetting(
            "merchantSecretKey", .secret(maxLength: 500),
            help: "the merchant secret key, put at the end of what is signed unless appendKey is false"),
        AccountSetting(
            "appendKey", .boolean, fallback: .bool(true),
            help: "whether the merchant secret key is put at the end of what is signed"),
        AccountSetting(
            "merchantPrivateKey", .secret(maxLength: 16_000), required: true,
            help: "our RSA key, to sign requests: base64 DER (PKCS#8), or PEM"),
        AccountSetting(
            "platformPublicKey", .text(maxLength: 8000), required: true,
            help: "HaiPay's RSA key, to verify answers and callbacks: base64 DER (SPKI), or PEM"),
        AccountSetting(
            "notFoundGraceSeconds", .integer(0...86_400), fallback: .int(0),
            help: "how long after sending \"not exist\" proves that an order never arrived; 0: it never does"),
    ]
}
