internal import Core
internal import Cryptography
internal import JSON

/// What one KESS account tells.
struct KESSSettings: Sendable {
    let baseURL: String
    let partnerID: String
    let partnerSecretKey: String
    let userName: String
    let password: String
    let senderName: String?
    let signature: KESSSignature
    let notFoundGrace: Duration?
    let expiredGrace: Duration

    init(_ settings: AccountSettings) throws(FieldProblem) {
        baseURL = settings.text("baseURL")
        partnerID = try Self.headerValue("partnerId", settings.text("partnerId"))
        partnerSecretKey = try Self.headerValue("partnerSecretKey", settings.text("partnerSecretKey"))
        userName = settings.text("userName")
        password = settings.text("password")
        senderName = settings.textIfPresent("senderName")
        let (ours, theirs): (RSAPrivateKey, RSAPublicKey)
        do {
            ours = try RSAPrivateKey(settings.text("partnerPrivateKey"))
        } catch {
            throw FieldProblem(pointer: "/settings/partnerPrivateKey", detail: error.description)
        }
        do {
            theirs = try RSAPublicKey(settings.text("platformPublicKey"))
        } catch {
            throw FieldProblem(pointer: "/settings/platformPublicKey", detail: error.description)
        }
        signature = KESSSignature(
            partnerKey: ours, platformKey: theirs,
            digest: settings.text("digest") == "sha1" ? .sha1 : .sha256,
            precision: settings.text("serializePrecision") == "17" ? .seventeen : .shortest)
        let grace = settings.integer("notFoundGraceSeconds")
        notFoundGrace = grace > 0 ? .seconds(grace) : nil
        expiredGrace = .seconds(settings.integer("expiredGraceSeconds"))
    }

    private static func headerValue(_ name: String, _ text: String) throws(FieldProblem) -> String {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw FieldProblem(pointer: "/settings/\(name)", detail: "must be visible ASCII without spaces")
        }
        return text
    }

    /// As the admin schema and the documentation show them.
    static let declared: [AccountSetting] = [
        AccountSetting(
            "baseURL", .url, required: true,
            help: "where KESS's partner API is; https://clientdev.kesspay.io/partnerapi/v1 for tests"),
        AccountSetting(
            "partnerId", .text(maxLength: 64), required: true,
            help: "the partner id from KESS, sent as partner-id"),
        AccountSetting(
            "partnerSecretKey", .secret(maxLength: 128), required: true,
            help: "the partner's secret key, sent as partner-secret-key"),
        AccountSetting("userName", .text(maxLength: 64), required: true, help: "the API user's name"),
        AccountSetting("password", .secret(maxLength: 64), required: true, help: "the API user's password"),
        AccountSetting(
            "partnerPrivateKey", .secret(maxLength: 16_000), required: true,
            help: "our RSA key, to sign requests: base64 DER (PKCS#8), or PEM"),
        AccountSetting(
            "platformPublicKey", .text(maxLength: 8000), required: true,
            help: "KESS's RSA key, to verify answers: base64 DER (SPKI), or PEM"),
        AccountSetting(
            "digest", .choice(["sha256", "sha1"]), fallback: .string("sha256"),
            help: "what the RSA2 signatures of both sides hash with"),
        AccountSetting(
            "serializePrecision", .choice(["-1", "17"]), fallback: .string("-1"),
            help: "PHP's serialize_precision at KESS: how the floats are written that are signed"),
        AccountSetting(
            "senderName", .text(maxLength: 96),
            help: "who the receiver is told has sent the money; the merchant's name unless told"),
        AccountSetting(
            "expiredGraceSeconds", .integer(0...86_400), fallback: .int(60),
            help:
                "how long after a transfer's preparation has run out \"expired\" proves that it was never confirmed"
        ),
        AccountSetting(
            "notFoundGraceSeconds", .integer(0...86_400), fallback: .int(0),
            help:
                "how long after confirming \"does not exist\" proves that it was never confirmed; 0: it never does"
        ),
    ]
}
