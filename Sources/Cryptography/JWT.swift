/// JSON web tokens signed with HMAC-SHA256 (RFC 7515, compact form), and with nothing else.
public enum JWT {
    /// Longer tokens are refused unread.
    public static let bytesMax = 64 << 10

    private static let header = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// A token with the header `{"alg":"HS256","typ":"JWT"}` and the payload as it is given.
    public static func sign(payload: [UInt8], key: HMAC.Key) -> String {
        let content = header + "." + Base64.encodeURL(payload)
        return content + "." + Base64.encodeURL(HMAC.sha256(key: key, Array(content.utf8)))
    }

    /// The payload's bytes; nil unless the header says HS256, the text is strict base 64 for URLs, and the
    /// signature is this key's. What the payload says (expiry, audience, whether it is JSON) is the caller's
    /// to check.
    public static func verify(_ token: String, key: HMAC.Key) -> [UInt8]? {
        guard token.utf8.count <= bytesMax else { return nil }
        let parts = Array(token.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64.decodeURL(bytes: parts[2]) else { return nil }
        let content = Array(parts[0]) + [UInt8(ascii: ".")] + parts[1]
        guard constantTimeEquals(signature, HMAC.sha256(key: key, content)) else { return nil }
        guard parts[0].elementsEqual(header.utf8) || isAcceptable(header: parts[0]) else { return nil }
        return Base64.decodeURL(bytes: parts[1])
    }

    /// Whether a header, not spelled as ours, says HS256 and asks for nothing that this does not do.
    private static func isAcceptable(header: ArraySlice<UInt8>) -> Bool {
        guard let bytes = Base64.decodeURL(bytes: header), let members = JWTHeader(bytes)?.members else {
            return false
        }
        guard members["alg"] == "HS256", members["crit"] == nil, members["b64"] == nil, members["zip"] == nil
        else {
            return false
        }
        return members["typ"].map { $0.lowercased() == "jwt" } ?? true
    }
}
