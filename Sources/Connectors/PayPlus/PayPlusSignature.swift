internal import Cryptography
internal import JSON

/// PayPlus's signatures: a JWT whose claims are the message itself.
struct PayPlusSignature: Sendable {
    /// The key, as the header that names the account has it.
    let apiKey: String
    private let key: HMAC.Key

    /// With the key as the account's owner was given it.
    init(key: String) {
        apiKey = key
        self.key = HMAC.Key(Array(key.utf8))
    }

    /// The message with its signature: the claims sorted by UTF-16 code unit, numbers as JavaScript prints them.
    func signed(_ message: JSONObject) -> JSONObject {
        var message = message
        let claims = JSON.object(message).javaScript(sortedKeys: true)
        message["signature"] = .string(JWT.sign(payload: claims, key: key))
        return message
    }

    /// Whether a message carries a signature that is this key's and whose claims are the rest of the message: the same
    /// members with the same values, whatever their order and spelling. A token over other content is a forgery.
    func verifies(_ message: JSONObject) -> Bool {
        guard let token = message["signature"]?.stringValue, let payload = JWT.verify(token, key: key),
            let claims = try? JSON.parse(payload), case .object = claims
        else { return false }
        return claims.isEquivalent(to: .object(message.removing("signature")))
    }
}
