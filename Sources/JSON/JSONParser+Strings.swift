extension JSONParser {
    /// Reads a string, its opening quote under the index. Without escapes it is made from the text's bytes at
    /// once.
    mutating func string() throws(JSONError) -> String {
        let start = index + 1
        index = start
        let isASCII = try skipPlain()
        if bytes[index] == UInt8(ascii: "\"") {
            index += 1
            let plain = UnsafeRawBufferPointer(rebasing: bytes[start..<index - 1])
            // Several times as fast as validating, and there is nothing to repair.
            return isASCII ? String(decoding: plain, as: UTF8.self) : try text(plain, at: start)
        }
        var buffer = [UInt8](bytes[start..<index])
        while bytes[index] != UInt8(ascii: "\"") {
            try escape(into: &buffer)
            let plain = index
            _ = try skipPlain()
            buffer.append(contentsOf: bytes[plain..<index])
        }
        index += 1
        return try buffer.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try text(bytes, at: start) }
        }.get()
    }

    /// Goes on to the next quote or backslash; whether all was ASCII.
    private mutating func skipPlain() throws(JSONError) -> Bool {
        let plain = bytes.plainText(from: index)
        index = plain.end
        guard try peek() >= 0x20 else { throw error(.controlCharacter) }
        return plain.isASCII
    }

    private func text(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error(.notUTF8, at: offset) }
        return text
    }

    /// Reads an escape, its backslash under the index.
    private mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        let letter = try peek()
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: try scalar(from: start).utf8)
        default: throw error(.badEscape, at: start)
        }
    }

    /// Reads what follows `\u`: four digits, and for the first half of a pair the escape of the second.
    private mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let unit = try codeUnit(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if UTF16.isLeadSurrogate(unit), bytes.count - index >= 2, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let after = index
            index += 2
            let second = try codeUnit(from: after)
            if UTF16.isTrailSurrogate(second) {
                return UTF16.decode(UTF16.EncodedScalar([unit, second]))
            }
            index = after
        }
        guard loneSurrogates == .replaced else { throw error(.loneSurrogate, at: start) }
        return "\u{FFFD}"
    }

    private mutating func codeUnit(from start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch try peek() {
            case let byte where byte &- UInt8(ascii: "0") < 10: digit = byte - UInt8(ascii: "0")
            case let byte where (byte | 0x20) &- UInt8(ascii: "a") < 6:
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw error(.badEscape, at: start)
            }
            unit = unit << 4 | UInt16(digit)
            index += 1
        }
        return unit
    }
}
