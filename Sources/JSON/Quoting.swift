extension [UInt8] {
    /// Adds a string in quotes, with the least escapes, spelled as JavaScript's `JSON.stringify` does
    /// (ECMA-262, QuoteJSONString): everything from U+0020 up is written as it is.
    mutating func appendQuoted(_ string: String) {
        var string = string
        append(UInt8(ascii: "\""))
        string.withUTF8 { text in
            let text = UnsafeRawBufferPointer(text)
            var end = text.plainText(from: 0).end
            append(contentsOf: UnsafeRawBufferPointer(rebasing: text[..<end]))
            while end < text.count {
                appendEscape(text[end])
                let plain = end + 1
                end = text.plainText(from: plain).end
                append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plain..<end]))
            }
        }
        append(UInt8(ascii: "\""))
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
