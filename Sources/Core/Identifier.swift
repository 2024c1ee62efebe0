/// A UUIDv7 (RFC 9562 section 5.7): it sorts by the time it was made.
///
/// People see it as a prefix that tells the kind and 26 letters of Crockford's base32: `tx_01jd…`.
public struct Identifier: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian: 48 bits of milliseconds first.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// What the prefix of an identifier says.
    public enum Kind: String, Sendable, CaseIterable {
        /// An order.
        case transaction = "tx"
        /// A merchant.
        case merchant = "me"
        /// A merchant's app.
        case app = "ap"
        /// A provider account.
        case providerAccount = "pa"
        /// One try of an order at a provider account.
        case attempt = "at"

        fileprivate var prefix: String { rawValue + "_" }
    }

    /// From the sixteen bytes as two big-endian halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new one, for a moment, with 74 bits from the system's random source.
    public init(at time: Timestamp) {
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(bitPattern: time.milliseconds)
        high = milliseconds << 16 | 0x7000 | random.next() & 0x0fff
        low = 0x8000_0000_0000_0000 | random.next() >> 2
    }

    /// Earlier-made is less.
    public static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// When it was made, to the millisecond.
    public var time: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1000) }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// As people and programs see it: `tx_` and 26 letters.
    public func text(_ kind: Kind) -> String { text(after: kind.prefix) }

    /// 26 letters, without a prefix: also what an attempt's reference for a provider is made of.
    public var base32: String { text(after: "") }

    private func text(after prefix: String) -> String {
        let (start, alphabet) = (prefix.utf8.count, Self.alphabet)
        return String(unsafeUninitializedCapacity: start + 26) { buffer in
            _ = buffer.update(fromContentsOf: prefix.utf8)
            var (high, low) = (high, low)
            for place in (start..<start + 26).reversed() {
                buffer[place] = alphabet[Int(low & 31)]
                (high, low) = (high >> 5, high << 59 | low >> 5)
            }
            return start + 26
        }
    }

    /// Reads what `text(_:)` wrote, and nothing else.
    public init?(_ text: String, _ kind: Kind) {
        guard text.hasPrefix(kind.prefix) else { return nil }
        self.init(base32: text.dropFirst(kind.prefix.count))
    }

    /// Reads 26 letters of base32, lower case.
    public init?(base32 text: some StringProtocol) {
        let bytes = text.utf8
        guard bytes.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            guard let value = Self.alphabet.firstIndex(of: byte), index > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }
}
