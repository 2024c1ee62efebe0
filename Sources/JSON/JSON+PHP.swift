extension JSON {
    /// PHP's setting `serialize_precision`: how many digits `json_encode` gives a float.
    public enum SerializePrecision: Int, Sendable, Hashable, CaseIterable {
        /// -1, the default since PHP 7.1: the fewest digits that read back as the same number.
        case shortest = -1
        /// 17, the default before, and what some hosts still set: `100000.1` is `100000.10000000001`.
        case seventeen = 17
    }

    /// The value as PHP's `json_encode` writes it with default flags, after `json_decode` with associative
    /// arrays has read it: what a PHP host signs.
    ///
    /// `/` and everything past ASCII is escaped, in lower case; numbers with a point, an exponent or more than
    /// 64 bits go through binary floating point; `{}` becomes `[]`, and an object whose keys are `0`, `1`, …
    /// in order a list. To read what PHP would, parse with `duplicates: .lastWins`, lone surrogates refused;
    /// what the reader refuses then (invalid UTF-8, a control character, more than its depth) PHP cannot read
    /// either, or nobody sends.
    ///
    /// Source: php-src, ext/json/json_encoder.c and json_parser.y; run against PHP 8.2.
    ///
    /// - Returns: ASCII; nil where `json_encode` fails, which is where a number is past the greatest float.
    public func php(serializePrecision precision: SerializePrecision = .shortest) -> [UInt8]? {
        var encoder = PHPEncoder(precision: precision)
        return encoder.append(self) ? encoder.bytes : nil
    }
}

/// Writes one value. Its methods return false where PHP gives up.
private struct PHPEncoder {
    let precision: JSON.SerializePrecision
    private(set) var bytes: [UInt8] = []

    init(precision: JSON.SerializePrecision) {
        self.precision = precision
        bytes.reserveCapacity(512)
    }

    mutating func append(_ value: JSON) -> Bool {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .string(let value): append(quoting: value)
        case .number(let number):
            guard let text = number.php(precision) else { return false }
            bytes += text.utf8
        case .array(let elements): return append(list: elements)
        case .object(let object):
            return object.isPHPList ? append(list: object.members.map(\.value)) : append(object)
        }
        return true
    }

    private mutating func append(list elements: [JSON]) -> Bool {
        bytes.append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            guard append(element) else { return false }
        }
        bytes.append(UInt8(ascii: "]"))
        return true
    }

    private mutating func append(_ object: JSONObject) -> Bool {
        bytes.append(UInt8(ascii: "{"))
        for (place, member) in object.members.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            append(quoting: member.key)
            bytes.append(UInt8(ascii: ":"))
            guard append(member.value) else { return false }
        }
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func append(quoting text: String) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 { append(unit) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// U+007F and `<`, `>`, `&`, `'` are written as they are.
    private mutating func append(_ unit: UInt16) {
        switch unit {
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case 0x22: bytes += #"\""#.utf8
        case 0x2F: bytes += #"\/"#.utf8
        case 0x5C: bytes += #"\\"#.utf8
        case 0x20..<0x80: bytes.append(UInt8(unit))
        default:
            bytes += #"\u"#.utf8
            for shift in [12, 8, 4, 0] {
                let digit = UInt8(unit >> UInt16(shift) & 15)
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}

extension JSONObject {
    /// Whether PHP takes it for a list: no members, or the keys `0`, `1`, … in this order. PHP makes whole
    /// numbers of such keys, in canonical decimal alone: `00` and `-0` stay texts.
    fileprivate var isPHPList: Bool {
        members.enumerated().allSatisfy { place, member in member.key.hasSameBytes(as: String(place)) }
    }
}
