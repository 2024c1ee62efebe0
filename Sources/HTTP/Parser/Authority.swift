/// `uri-host [ ":" port ]` of RFC 9110 section 7.2. There is no userinfo in it, and it is never empty here.
enum Authority {
    static func isWellFormed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first else { return false }
        var end = 0
        if first == ASCII.leftBracket {
            guard let close = bytes.firstIndex(of: ASCII.rightBracket, in: 1..<bytes.count) else {
                return false
            }
            let address = UnsafeRawBufferPointer(rebasing: bytes[1..<close])
            guard address.count >= 2, address.contains(ASCII.colon), ByteClass.address6.all(address) else {
                return false
            }
            end = close + 1
        } else {
            while end < bytes.count, ByteClass.host.contains(bytes[end]) { end += 1 }
            guard end > 0, hasWellFormedEscapes(UnsafeRawBufferPointer(rebasing: bytes[..<end])) else {
                return false
            }
        }
        if end == bytes.count { return true }
        guard bytes[end] == ASCII.colon else { return false }
        return isPort(UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...]))
    }

    /// The grammar lets a port be empty.
    private static func isPort(_ digits: UnsafeRawBufferPointer) -> Bool {
        guard digits.count <= 5 else { return false }
        var port = 0
        for byte in digits {
            guard ASCII.isDigit(byte) else { return false }
            port = port * 10 + Int(byte - 0x30)
        }
        return port <= 65_535
    }

    private static func hasWellFormedEscapes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if bytes[index] == ASCII.percent {
                guard index + 2 < bytes.count, ASCII.hexadecimal(bytes[index + 1]) != nil,
                    ASCII.hexadecimal(bytes[index + 2]) != nil
                else { return false }
            }
            index += 1
        }
        return true
    }
}
