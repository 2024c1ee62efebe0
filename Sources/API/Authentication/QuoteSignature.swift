internal import Core
internal import Cryptography

/// The signature that `initiate` gives and `process` takes: it names the order and its app and says until when it holds,
/// under our own key. Nothing is stored for it.
enum QuoteSignature {
    private static let version: UInt8 = 1
    private static let payloadBytes = 1 + 16 + 16 + 8
    private static let macBytes = 32

    /// What a good signature says.
    struct Quote: Sendable, Hashable {
        let order: Identifier
        let app: Identifier
        let expiresAt: Timestamp
    }

    /// The signature, in base 64 for URLs: 98 characters.
    static func make(_ quote: Quote, key: HMAC.Key) -> String {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(payloadBytes + macBytes)
        let words = [quote.order.high, quote.order.low, quote.app.high, quote.app.low]
        for word in words + [UInt64(bitPattern: quote.expiresAt.seconds)] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return Base64.encodeURL(bytes + HMAC.sha256(key: key, bytes))
    }

    /// Reads a signature and checks it.
    ///
    /// - Throws: `signature_invalid`, or `signature_expired` for one that was good.
    static func verify(_ text: String, key: HMAC.Key, at now: Timestamp) throws(Problem) -> Quote {
        guard text.utf8.count <= 200, let bytes = Base64.decodeURL(text),
            bytes.count == payloadBytes + macBytes,
            bytes.first == version
        else { throw Problem(.signatureInvalid, "The signature is not one that initiate gives.") }
        let payload = Array(bytes[..<payloadBytes])
        guard constantTimeEquals(HMAC.sha256(key: key, payload), Array(bytes[payloadBytes...])) else {
            throw Problem(.signatureInvalid)
        }
        let words = (0..<5).map { index in
            payload[(1 + index * 8)..<(9 + index * 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let quote = Quote(
            order: Identifier(high: words[0], low: words[1]), app: Identifier(high: words[2], low: words[3]),
            expiresAt: Timestamp(seconds: Int64(bitPattern: words[4])))
        guard now < quote.expiresAt else { throw Problem(.signatureExpired) }
        return quote
    }
}
