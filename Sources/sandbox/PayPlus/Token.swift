/// PayPlus's signature: a JSON Web Token (RFC 7519, HS256) whose claims are the signed fields.
enum Token {
    private static let header = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// `jwt.sign(sortedParams, apiKey, {algorithm: 'HS256', noTimestamp: true})` of the seed's example.
    static func sign(_ fields: JSONObject, key: String) -> String {
        let payload = Base64.encodeURL(JSONWriter.bytes(fields.without("signature").sortedByUTF16))
        let content = "\(header).\(payload)"
        return "\(content).\(Base64.encodeURL(SHA256HMAC.sign(content.utf8, key: key)))"
    }

    /// The claims of a token whose MAC is right; nil for any other algorithm, key or form.
    static func claims(of token: String, key: String) -> JSONObject? {
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let mac = Base64.decodeURL(parts[2]) else { return nil }
        let content = bytes[..<parts[1].endIndex]
        guard SHA256HMAC.areEqual(mac, SHA256HMAC.sign(content, key: key)) else { return nil }
        guard let header = object(parts[0]), header["alg"]?.string == "HS256", header["typ"]?.string == "JWT",
            header.members.count == 2
        else { return nil }
        return object(parts[1])
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSONObject? {
        Base64.decodeURL(part).flatMap { try? JSONReader.read($0) }?.object
    }

    /// Whether a request's `signature` signs exactly that request, made as the seed says: keys sorted, numbers as
    /// JavaScript prints them, nothing more (no `iat`) and nothing less.
    static func isGenuine(_ body: JSONObject, key: String) -> Bool {
        guard let token = body["signature"]?.string, let claims = claims(of: token, key: key) else {
            return false
        }
        let isSorted = zip(claims.members, claims.members.dropFirst()).allSatisfy {
            $0.key.utf16.lexicographicallyPrecedes($1.key.utf16)
        }
        let isCanonical = claims.members.allSatisfy { member in
            member.value.numberText.map { JavaScriptNumber.canonical($0) == $0 } ?? true
        }
        return isSorted && isCanonical && claims.isSame(as: body.without("signature"))
    }
}
