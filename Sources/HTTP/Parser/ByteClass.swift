/// A set of ASCII characters as two words, so that a test is a shift and a mask.
struct ByteClass: Sendable {
    private let low: UInt64
    private let high: UInt64

    init(_ characters: StaticString) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in 0..<characters.utf8CodeUnitCount {
            let byte = characters.utf8Start[index]
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
        }
        self.low = low
        self.high = high
    }

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word >> UInt64(byte & 63)) & 1 == 1
    }

    func all(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where !contains(byte) { return false }
        return true
    }

    /// Letters and digits, with what else a class needs: `0-9` is bits 48 to 57, `A-Z` 65 to 90, `a-z` 97 to 122.
    private static func alphanumeric(and others: StaticString) -> ByteClass {
        let extra = ByteClass(others)
        return ByteClass(
            low: extra.low | 0x03FF_0000_0000_0000, high: extra.high | 0x07FF_FFFE_07FF_FFFE)
    }

    /// `tchar` of RFC 9110 section 5.6.2: methods, field names, codings.
    static let token = alphanumeric(and: "!#$%&'*+-.^_`|~")
    /// What RFC 3986 lets a path and a query hold, the fragment's `#` excluded.
    static let target = alphanumeric(and: "-._~:/?@!$&'()*+,;=%[]")
    /// A registered name or an IPv4 address. RFC 3986 also has sub-delims there: no host has them, and commas and
    /// semicolons in a host are how lists are smuggled.
    static let host = alphanumeric(and: "-._~%")
    /// What an IPv6 address is written with.
    static let address6 = ByteClass("0123456789abcdefABCDEF:.")
    /// What a request id that a client brings may hold.
    static let identifier = alphanumeric(and: "._-")
    /// `bcharsnospace` of RFC 2046 section 5.1.1.
    static let boundary = alphanumeric(and: "'()+_,-./:=? ")
}

/// The ASCII characters that the protocol gives a meaning.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let ampersand: UInt8 = 0x26
    static let asterisk: UInt8 = 0x2A
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let question: UInt8 = 0x3F
    static let leftBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let rightBracket: UInt8 = 0x5D

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of a hexadecimal digit of either case.
    @inline(__always)
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        let lower = byte | 0x20
        return lower &- 0x61 < 6 ? lower &- 0x61 + 10 : nil
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether a field line's value may hold these bytes (RFC 9110 section 5.5): no control character but the tab.
    static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var bad = false
        // Without an early exit the compiler makes vector code of it.
        for byte in bytes { bad = bad || ((byte < 0x20 && byte != tab) || byte == 0x7F) }
        return !bad
    }

    /// Compares with a name in lower case, ignoring the case of ASCII letters.
    @inline(__always)
    static func equal(_ bytes: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where lowercased(bytes[index]) != lowercase.utf8Start[index] {
            return false
        }
        return true
    }

    /// Without the spaces and tabs at both ends.
    static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
        while end > start, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
