/// Writes a value as PHP's `json_encode(json_decode(text, true))` does with default flags: the text that KESS signs.
///
/// What is received and what is signed differ: `/` becomes `\/`, all beyond ASCII becomes `\uxxxx`, `0.50` becomes
/// `0.5`, an empty object becomes a list.
enum PHPWriter {
    /// Nil where PHP fails: it has no text for a number that is not finite.
    static func bytes(_ value: JSONValue, _ precision: PHPNumber.Precision) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(512)
        return write(value, precision, to: &output) ? output : nil
    }

    private static func write(
        _ value: JSONValue, _ precision: PHPNumber.Precision, to output: inout [UInt8]
    ) -> Bool {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text):
            guard let number = PHPNumber.canonical(text, precision) else { return false }
            output.append(contentsOf: number.utf8)
        case .string(let text): write(text, to: &output)
        case .array(let values): return writeList(values, precision, to: &output)
        case .object(let object):
            // A decoded object is an array in PHP, and one with the keys 0, 1, 2… is a list.
            let isList = object.members.enumerated().allSatisfy { $1.key == String($0) }
            if isList { return writeList(object.members.map(\.value), precision, to: &output) }
            return writeObject(object, precision, to: &output)
        }
        return true
    }

    private static func writeList(
        _ values: [JSONValue], _ precision: PHPNumber.Precision, to output: inout [UInt8]
    ) -> Bool {
        output.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            guard write(value, precision, to: &output) else { return false }
        }
        output.append(UInt8(ascii: "]"))
        return true
    }

    private static func writeObject(
        _ object: JSONObject, _ precision: PHPNumber.Precision, to output: inout [UInt8]
    ) -> Bool {
        output.append(UInt8(ascii: "{"))
        for (index, member) in object.members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            write(member.key, to: &output)
            output.append(UInt8(ascii: ":"))
            guard write(member.value, precision, to: &output) else { return false }
        }
        output.append(UInt8(ascii: "}"))
        return true
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x2F, 0x5C: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(unit)])
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x20...0x7F: output.append(UInt8(unit))
            default:
                output.append(contentsOf: "\\u".utf8)
                for shift in [12, 8, 4, 0] { output.append(hexadecimal[Int(unit >> UInt16(shift)) & 15]) }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
