/// A JSON value as it was received: members in their order, numbers as their text.
///
/// Equality is that of the text's meaning with order and number spelling kept (`1` is not `1.0`); see
/// `isEquivalent(to:)` for the looser question. Strings are compared by their code points, never by Unicode
/// equivalence: two keys that only look alike are two keys.
public enum JSON: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, exact.
    case number(JSONNumber)
    /// A string; never holds a lone surrogate.
    case string(String)
    /// Values in order.
    case array([JSON])
    /// Members in order.
    case object(JSONObject)

    /// A whole number.
    public static func int(_ value: Int64) -> JSON { .number(JSONNumber(value)) }

    /// The value of a member; nil where this is no object or has no such member.
    public subscript(key: String) -> JSON? { objectValue?[key] }

    /// The element at a place; nil where this is no array or is shorter.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The string, where this is one.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The truth value, where this is one.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, where this is one.
    public var numberValue: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The whole number, where this is one that fits: `1000`, `1000.0` and `1e3` are the same.
    public var int64: Int64? { numberValue?.int64 }

    /// The number as it was spelled, where this is one.
    public var numberText: String? { numberValue?.text }

    /// The elements, where this is an array.
    public var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, where this is an object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The same kind, order, spelling and code points.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}
