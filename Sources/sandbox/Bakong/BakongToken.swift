/// Bakong's access tokens: JSON Web Tokens that the sandbox signs and checks for itself; to a merchant they mean nothing.
struct BakongToken {
    /// What stands for the account in the token.
    var id: String
    /// No two tokens are issued in the same millisecond, so that this tells them apart.
    var issuedAt: Moment
    var expiresAt: Moment

    private static let header = Base64.encodeURL(Array(#"{"typ":"JWT","alg":"HS256"}"#.utf8))
    /// A throwaway, like all keys of the sandbox.
    private static let key = "sandbox-bakong-tokens-0123456789abcdef"

    init(id: String, issuedAt: Moment, expiresAt: Moment) {
        self.id = id
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// The token that an account has from the start, from 2024 to 2099: always the same, so that it can be documented.
    init(lastingFor id: String) {
        self.init(
            id: id, issuedAt: Moment(milliseconds: 1_704_067_200_000),
            expiresAt: Moment(milliseconds: 4_070_908_800_000))
    }

    /// Nil for what the sandbox did not sign.
    init?(_ text: String) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let mac = Base64.decodeURL(parts[2]),
            SHA256HMAC.areEqual(mac, SHA256HMAC.sign(text.utf8.prefix(parts[1].endIndex), key: Self.key)),
            let claims = Base64.decodeURL(parts[1]).flatMap({ try? JSONReader.read($0) })?.object,
            let id = claims["data"]?.object?["id"]?.string,
            let issued = claims["data"]?.object?["ms"]?.integer, let expiry = claims["exp"]?.integer
        else { return nil }
        self.init(
            id: id, issuedAt: Moment(milliseconds: issued), expiresAt: Moment(milliseconds: expiry * 1_000))
    }

    /// With the claims of the documents' sample, and the exact time of issue among them.
    var text: String {
        let claims: JSONObject = [
            "exp": JSONValue(expiresAt.seconds), "iat": JSONValue(issuedAt.seconds),
            "data": .object(["id": .string(id), "ms": JSONValue(issuedAt.milliseconds)]),
        ]
        let content = "\(Self.header).\(Base64.encodeURL(JSONWriter.bytes(claims)))"
        return "\(content).\(Base64.encodeURL(SHA256HMAC.sign(content.utf8, key: Self.key)))"
    }
}
