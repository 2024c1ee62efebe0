extension JSON {
    /// The value as JavaScript's `JSON.stringify` writes it after `JSON.parse` has read it (ECMA-262):
    /// numbers through binary floating point and shortest (`1000.0` is `1000`, `1e21` is `1e+21`), keys that
    /// are array indices first, raw UTF-8.
    ///
    /// - Parameter sortedKeys: sorts the members of the outermost object by UTF-16 code unit before they are
    /// put in an
    ///   object again, as `Object.keys(o).sort()` does.
    public func javaScript(sortedKeys: Bool) -> [UInt8] {
        var writer = JSONWriter()
        if sortedKeys, case .object(let object) = self {
            // Text of ASCII alone sorts alike in every encoding, and Swift's own order of it is by bytes.
            let isASCII = object.members.allSatisfy { $0.key.utf8.allSatisfy { $0 < 0x80 } }
            let sorted = object.members.sorted {
                isASCII ? $0.key < $1.key : $0.key.utf16.lexicographicallyPrecedes($1.key.utf16)
            }
            writer.javaScript(.object(JSONObject(distinct: sorted)))
        } else {
            writer.javaScript(self)
        }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func javaScript(_ value: JSON) {
        switch value {
        case .null, .bool, .string: self.value(value)
        case .number(let number): raw(number.javaScript.utf8)
        case .array(let elements):
            beginArray()
            for element in elements { javaScript(element) }
            endArray()
        case .object(let object):
            beginObject()
            for (key, value) in object.javaScriptMembers {
                self.key(key)
                javaScript(value)
            }
            endObject()
        }
    }
}

extension JSONObject {
    /// Members as a JavaScript object enumerates them (ECMA-262, OrdinaryOwnPropertyKeys): array indices in
    /// ascending order, then the others as they were added.
    fileprivate var javaScriptMembers: [Member] {
        let indexed = members.compactMap { member in
            Self.arrayIndex(member.key).map { (index: $0, member: member) }
        }
        if indexed.isEmpty { return members }
        return indexed.sorted { $0.index < $1.index }.map(\.member)
            + members.filter { Self.arrayIndex($0.key) == nil }
    }

    /// The number that a key spells in canonical decimal, from 0 to 2^32 − 2.
    private static func arrayIndex(_ key: String) -> UInt32? {
        guard let first = key.utf8.first, first &- UInt8(ascii: "0") < 10, key.utf8.count <= 10 else {
            return nil
        }
        guard let index = UInt32(key), index < .max, String(index) == key else { return nil }
        return index
    }
}

extension JSONNumber {
    /// The number as JavaScript prints it (ECMA-262, Number::toString); what is infinite there is `null`, as
    /// `JSON.stringify` has it.
    var javaScript: String {
        // Up to 2^53 binary floating point has every whole number, and JavaScript prints all its digits.
        if let whole = Int64(text), whole.magnitude <= 1 << 53 { return String(whole) }
        guard let value = Double(text), value.isFinite else { return "null" }
        if value == 0 { return "0" }
        // Swift prints the shortest digits that read back as the same number, the closest of them: so does
        // JavaScript. Only where the point stands and when there is an exponent differ.
        guard let decimal = JSONDecimal(value.magnitude.description) else { return "null" }
        let digits = String(decoding: decimal.digits, as: UTF8.self)
        return (value < 0 ? "-" : "") + Self.place(digits, point: digits.utf8.count + decimal.exponent)
    }

    /// Puts the point after so many digits, by JavaScript's rules.
    private static func place(_ digits: String, point: Int) -> String {
        let count = digits.utf8.count
        if point >= count, point <= 21 { return digits + String(repeating: "0", count: point - count) }
        if point > 0, point <= 21 { return digits.prefix(point) + "." + digits.dropFirst(point) }
        if point > -6, point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        let exponent = point - 1
        let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
        return mantissa + (exponent < 0 ? "e-" : "e+") + String(exponent.magnitude)
    }
}
