/// Percent-encoding (RFC 3986 section 2.1), strictly: two hexadecimal digits after each sign, and UTF-8 as the result.
enum Percent {
    /// nil where the encoding or the text is malformed.
    static func decode(_ bytes: UnsafeRawBufferPointer, plusIsSpace: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            if byte == ASCII.percent {
                guard index + 2 < bytes.count, let high = ASCII.hexadecimal(bytes[index + 1]),
                    let low = ASCII.hexadecimal(bytes[index + 2])
                else { return nil }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == ASCII.plus {
                byte = ASCII.space
            }
            decoded.append(byte)
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// Splits `name=value` pairs at ampersands and decodes them as forms are (a plus is a space). Empty pairs are
    /// skipped, a name without a sign has an empty value.
    ///
    /// - Returns: the pairs before the first that is malformed or too many, and whether that was all of them.
    static func pairs(
        _ bytes: UnsafeRawBufferPointer, max: Int
    ) -> (pairs: [(name: String, value: String)], isWhole: Bool) {
        var pairs: [(name: String, value: String)] = []
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: ASCII.ampersand, in: start..<bytes.count) ?? bytes.count
            defer { start = end + 1 }
            if end == start { continue }
            let sign = bytes.firstIndex(of: ASCII.equals, in: start..<end)
            let name = UnsafeRawBufferPointer(rebasing: bytes[start..<(sign ?? end)])
            let value = UnsafeRawBufferPointer(rebasing: bytes[(sign.map { $0 + 1 } ?? end)..<end])
            guard pairs.count < max, let name = decode(name, plusIsSpace: true),
                let value = decode(value, plusIsSpace: true)
            else { return (pairs, false) }
            pairs.append((name, value))
        }
        return (pairs, true)
    }
}
