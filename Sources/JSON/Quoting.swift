extension [UInt8] {
    /// Adds a string in quotes, with the least escapes, spelled as JavaScript's `JSON.stringify` does
    /// (ECMA-262, QuoteJSONString): everything from U+0020 up is written as it is.
    mutating func appendQuoted(_ string: String) {
        var string = string
        append(UInt8(ascii: "\""))
        string.withUTF8 { text in
            var plain = 0
            var place = 0
            while place < text.count {
                if Self.mustEscape(text[place]) {
                    append(contentsOf: UnsafeBufferPointer(rebasing: text[plain..<place]))
                    appendEscape(text[place])
                    plain = place + 1
                }
                place += 1
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: text[plain...]))
        }
        append(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x00..<0x20:
            append(contentsOf: "u00".utf8)
            append(Self.hexDigit(byte >> 4))
            append(Self.hexDigit(byte & 15))
        default: append(byte)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
