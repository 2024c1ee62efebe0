/// A token's header: a flat JSON object of strings without escapes, which is all that HS256 tokens have.
/// Anything more is not understood, and so refused.
struct JWTHeader {
    private(set) var members: [String: String] = [:]
    private var rest: ArraySlice<UInt8>

    init?(_ bytes: [UInt8]) {
        rest = bytes[...]
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let key = string(), take(UInt8(ascii: ":")), let value = string() else { return nil }
            guard members.updateValue(value, forKey: key) == nil else { return nil }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { return nil }
        skipSpace()
        guard rest.isEmpty else { return nil }
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")), let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        let text = rest[..<end]
        rest = rest[(end + 1)...]
        guard text.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }
}
