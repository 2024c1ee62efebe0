internal import Core
internal import Cryptography
internal import Orchestration

/// The addresses of payers' pages. An address is all that a payer needs to see an order's page, and nobody can work one
/// out from an order's id; nothing is stored for it.
struct PaymentLinks: Sendable {
    /// Without a trailing slash.
    let publicURL: String
    /// Of the vault, for this use alone: 32 bytes.
    private let key: HMAC.Key

    init(publicURL: String, key: [UInt8]) {
        self.publicURL = publicURL
        self.key = HMAC.Key(key)
    }

    init(_ engine: Engine) {
        self.init(publicURL: engine.settings.publicURL, key: engine.vault.paymentPageKey)
    }

    /// Letters of a token: 26 of the order's id and 26 of its code.
    static let tokenLetters = 52

    /// Where an order's payer goes; nil for an order that nobody pays into.
    func url(of order: OrderView) -> String? {
        guard order.method.direction == .payin else { return nil }
        return "\(publicURL)/pay/\(token(for: order.id))"
    }

    /// The order's id and the first 16 bytes of its HMAC-SHA256, in Crockford's base32.
    func token(for order: Identifier) -> String { order.base32 + code(for: order).base32 }

    /// The order that a token was made for; nil for any other text.
    func order(of token: String) -> Identifier? {
        let letters = Array(token.utf8)
        guard letters.count == Self.tokenLetters, let order = Identifier(base32: token.prefix(26)),
            constantTimeEquals(Array(code(for: order).base32.utf8), Array(letters[26...]))
        else { return nil }
        return order
    }

    /// Sixteen bytes, as an identifier only to be written as one.
    private func code(for order: Identifier) -> Identifier {
        var message: [UInt8] = []
        for word in [order.high, order.low] {
            withUnsafeBytes(of: word.bigEndian) { message += $0 }
        }
        let code = HMAC.sha256(key: key, message)
        let words = [code[..<8], code[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return Identifier(high: words[0], low: words[1])
    }
}
