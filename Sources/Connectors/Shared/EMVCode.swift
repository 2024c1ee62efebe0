/// The text of a merchant-presented QR code (EMVCo MPM, section 3): elements of a two-digit tag, a two-digit length and
/// a value, the last of them a checksum over all before it.
struct EMVCode {
    private let elements: [(tag: String, value: String)]

    /// Longer texts fit no code that a phone reads.
    static let lengthMax = 512

    /// Reads a text; `nil` when its structure or its checksum is wrong. Tags may stand in any order, each once.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.lengthMax, let elements = Self.elements(of: bytes),
            let last = elements.last, last.tag == "63", last.value.utf8.count == 4,
            last.value.allSatisfy(\.isHexDigit),
            UInt16(last.value, radix: 16) == Self.checksum(bytes.dropLast(4))
        else { return nil }
        self.elements = elements
    }

    /// Reads the elements within an element's value.
    init?(template text: String) {
        guard let elements = Self.elements(of: Array(text.utf8)) else { return nil }
        self.elements = elements
    }

    /// The value of a tag.
    subscript(tag: String) -> String? { elements.first { $0.tag == tag }?.value }

    /// CRC-16 with polynomial 0x1021 and 0xFFFF at the start (EMVCo MPM, section 4.7.3), over everything up to its own
    /// digits.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xffff
        for byte in bytes {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
        }
        return crc
    }

    private static func elements(of bytes: [UInt8]) -> [(tag: String, value: String)]? {
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { return nil }
        var found: [(tag: String, value: String)] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard number(rest.prefix(2)) != nil, let length = number(rest.dropFirst(2).prefix(2)),
                length > 0,
                rest.count >= 4 + length
            else { return nil }
            let name = String(decoding: rest.prefix(2), as: UTF8.self)
            guard !found.contains(where: { $0.tag == name }) else { return nil }
            found.append((name, String(decoding: rest.dropFirst(4).prefix(length), as: UTF8.self)))
            rest = rest.dropFirst(4 + length)
        }
        return found
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
