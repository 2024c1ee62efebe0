/// The line before a chunk's data (RFC 9112 section 7.1): a size in hexadecimal and extensions, which are checked and
/// left alone.
struct ChunkLine {
    /// More digits than this are refused, leading zeros or not.
    static let digitsMax = 16

    let size: UInt64
    let extensionBytes: Int

    /// Takes the line without its end.
    init(_ line: UnsafeRawBufferPointer) throws(Failure) {
        var size: UInt64 = 0
        var index = 0
        while index < line.count, let digit = ASCII.hexadecimal(line[index]) {
            if index == Self.digitsMax { throw Failure(.badRequest, "A chunk's size is out of range.") }
            size = size << 4 | UInt64(digit)
            index += 1
        }
        guard index > 0 else { throw Failure(.badRequest, "A chunk has no size.") }
        self.size = size
        extensionBytes = line.count - index
        guard Self.areExtensions(line, from: index) else {
            throw Failure(.badRequest, "A chunk's size is followed by something else.")
        }
    }

    /// `*( ";" name [ "=" ( token / quoted-string ) ] )`. The blanks that the grammar calls bad are refused.
    private static func areExtensions(_ line: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var index = start
        while index < line.count {
            guard line[index] == ASCII.semicolon else { return false }
            guard let name = skipToken(line, from: index + 1) else { return false }
            index = name
            guard index < line.count, line[index] == ASCII.equals else { continue }
            guard let value = skipValue(line, from: index + 1) else { return false }
            index = value
        }
        return true
    }

    private static func skipToken(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < line.count, ByteClass.token.contains(line[index]) { index += 1 }
        return index > start ? index : nil
    }

    private static func skipValue(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < line.count, line[start] == ASCII.quote else { return skipToken(line, from: start) }
        guard let end = QuotedString.end(in: line, from: start) else { return nil }
        return end
    }
}

/// `quoted-string` of RFC 9110 section 5.6.4.
enum QuotedString {
    /// The offset after the closing quote of the string whose opening quote is at `start`.
    static func end(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == ASCII.quote { return index + 1 }
            if (byte < 0x20 && byte != ASCII.tab) || byte == 0x7F { return nil }
            // The character after a backslash is taken as it is, a quote included; controls are caught above.
            if byte == ASCII.backslash, index + 1 < bytes.count, bytes[index + 1] >= 0x20 { index += 1 }
            index += 1
        }
        return nil
    }
}
