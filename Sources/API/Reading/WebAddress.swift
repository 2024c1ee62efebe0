internal import HTTP

/// Checks the URLs that merchants give us (RFC 3986, `http` and `https` only).
enum WebAddress {
    /// Whether the text is absolute and whole, and has neither user information nor a fragment.
    static func isValid(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            return false
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        return isAuthority(authority) && isTail(rest.dropFirst(authority.count).utf8)
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            host = text[..<colon]
            let port = text[text.index(after: colon)...]
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), port.utf8.count <= 5,
                let number = Int(port), (1...65_535).contains(number)
            else { return false }
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return PeerAddress(String(host.dropFirst().dropLast()))?.isVersion6 ?? false
        }
        return TextRule.isHostName(host)
    }

    /// Path and query: the characters that RFC 3986 lets stand there, and whole percent signs.
    private static func isTail(_ bytes: Substring.UTF8View) -> Bool {
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst(), let low = rest.popFirst(), isHexadecimal(high),
                    isHexadecimal(low)
                else { return false }
            } else if !TextRule.isAlphanumeric(byte), !others.contains(byte) {
                return false
            }
        }
        return true
    }

    private static let others = Set("-._~!$&'()*+,;=:@/?[]".utf8)

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xdf)
    }
}
