/// Base 64 (RFC 4648), read strictly: one text for each value, so that no altered text passes for the same.
public enum Base64 {
    /// The standard alphabet, with padding (section 4).
    public static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard, padded: true) }

    /// The alphabet for URLs, without padding (section 5).
    public static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, forURLs, padded: false) }

    /// Reads the standard alphabet; nil without the right padding, or with anything else in it, white space
    /// too.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var text = Array(text.utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        if text.last == padding { text.removeLast() }
        if text.last == padding { text.removeLast() }
        return decode(text[...], standardValues)
    }

    /// Reads the alphabet for URLs; nil with padding or anything else in it.
    public static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        decode(Array(text.utf8)[...], forURLsValues)
    }

    static func decodeURL(bytes: ArraySlice<UInt8>) -> [UInt8]? { decode(bytes, forURLsValues) }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array((letters + "+/").utf8)
    private static let forURLs = Array((letters + "-_").utf8)
    private static let standardValues = values(of: standard)
    private static let forURLsValues = values(of: forURLs)
    private static let padding = UInt8(ascii: "=")
    private static let invalid: UInt8 = 0xFF

    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padded: Bool) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            var filled = 0
            func append(_ letter: UInt8) {
                text[filled] = letter
                filled += 1
            }
            var bits: UInt32 = 0
            var count: UInt32 = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                count += 8
                while count >= 6 {
                    count -= 6
                    append(alphabet[Int(bits >> count & 63)])
                }
            }
            if count > 0 { append(alphabet[Int(bits << (6 - count) & 63)]) }
            while padded, !filled.isMultiple(of: 4) { append(padding) }
            return filled
        }
    }

    private static func decode(_ text: ArraySlice<UInt8>, _ values: [UInt8]) -> [UInt8]? {
        // One letter alone has too few bits for a byte.
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for letter in text {
            let value = values[Int(letter)]
            guard value != invalid else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        // The last letter's unused bits must be zero.
        return bits & ((1 << count) - 1) == 0 ? bytes : nil
    }
}
