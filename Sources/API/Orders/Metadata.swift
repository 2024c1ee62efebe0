internal import JSON

/// The merchant's own words for an order: flat and small, and nothing that the database's `jsonb` could not hold.
enum Metadata {
    static let keysMax = 20
    static let bytesMax = 4096
    static let keyLengthMax = 40
    /// Of a number's text. The database expands exponents, so they are kept small.
    static let numberLengthMax = 40
    private static let exponentMax = 99

    /// Everything that is wrong with it.
    static func faults(in object: JSONObject, at pointer: String) -> [Problem.Fault] {
        guard object.count <= keysMax else {
            return [.init(place: .body(pointer), detail: "must have at most \(keysMax) members")]
        }
        guard JSON.object(object).compact().count <= bytesMax else {
            return [.init(place: .body(pointer), detail: "must be at most 4 KiB as JSON")]
        }
        return object.members.compactMap { key, value in
            complaint(key, value).map { .init(place: .body(Pointer.member(key, of: pointer)), detail: $0) }
        }
    }

    private static func complaint(_ key: String, _ value: JSON) -> String? {
        guard (1...keyLengthMax).contains(key.unicodeScalars.count),
            !key.unicodeScalars.contains(where: TextRule.isControl)
        else { return "must have a name of 1 to \(keyLengthMax) characters without control characters" }
        switch value {
        case .bool: return nil
        case .string(let text): return isText(text) ? nil : "must not hold control characters"
        case .number(let number): return isModest(number.text) ? nil : "is longer than a number may be here"
        case .null, .array, .object: return "must be a string, a number, true or false"
        }
    }

    private static func isText(_ text: String) -> Bool {
        !text.unicodeScalars.contains { TextRule.isControl($0) && $0 != "\n" && $0 != "\t" }
    }

    private static func isModest(_ number: String) -> Bool {
        guard number.utf8.count <= numberLengthMax else { return false }
        guard let mark = number.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return true }
        guard let exponent = Int(number[number.index(after: mark)...]) else { return false }
        return exponent.magnitude <= exponentMax
    }
}
