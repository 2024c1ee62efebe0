extension UnsafeRawBufferPointer {
    /// Where the plain text from an index on ends: before the next quote, backslash or control character, none of which
    /// stands in a JSON string as it is, or at the end of all; and whether it is ASCII.
    func plainText(from start: Int) -> (end: Int, isASCII: Bool) {
        var index = start
        var seen: UInt64 = 0
        while index < count {
            let word = eightBytes(at: index)
            let special = Self.specialBytes(of: word)
            if special != 0 {
                let plainBits = special.trailingZeroBitCount & ~7
                seen |= word & ((1 << plainBits) - 1)
                return (index + plainBits / 8, seen & Self.eight(0x80) == 0)
            }
            seen |= word
            index += 8
        }
        return (count, seen & Self.eight(0x80) == 0)
    }

    /// As a number, the first byte the least; spaces stand for what is past the end.
    private func eightBytes(at index: Int) -> UInt64 {
        if count - index >= 8 {
            return UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
        var word = Self.eight(UInt8(ascii: " "))
        withUnsafeMutableBytes(of: &word) { word in
            word.copyMemory(from: UnsafeRawBufferPointer(rebasing: self[index...]))
        }
        return UInt64(littleEndian: word)
    }

    /// The greatest bits of those of eight bytes that are not plain: taking more from a byte than it has sets its greatest
    /// bit. What it borrows may mark the bytes after it wrongly; the first that is marked is right.
    private static func specialBytes(of word: UInt64) -> UInt64 {
        let quote = word ^ eight(UInt8(ascii: "\""))
        let backslash = word ^ eight(UInt8(ascii: "\\"))
        let control = (word &- eight(0x20)) & ~word
        let same = ((quote &- eight(1)) & ~quote) | ((backslash &- eight(1)) & ~backslash)
        return (control | same) & eight(0x80)
    }

    private static func eight(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
