internal import Cryptography

/// The key of body signatures: a client signs with HMAC-SHA256 under the lower-case hexadecimal SHA-256 of its secret key
/// (the text's ASCII bytes), so that Causeway need not keep the secret key itself.
public enum SigningKey {
    /// The signing key of a secret key: 64 bytes of ASCII.
    public static func derive(secretKey: String) -> [UInt8] {
        Array(Hex.encode(Digest.sha256(Array(secretKey.utf8))).utf8)
    }

    /// The signature of a body, in lower-case hexadecimal.
    public static func sign(_ body: [UInt8], key: [UInt8]) -> String {
        Hex.encode(HMAC.sha256(key: key, body))
    }

    /// Whether a signature, in hexadecimal of either case, is this body's under this key. Takes the same time wherever
    /// it differs.
    public static func verify(_ signature: String, of body: [UInt8], key: [UInt8]) -> Bool {
        guard let given = Hex.decode(signature) else { return false }
        return constantTimeEquals(given, HMAC.sha256(key: key, body))
    }
}
