/// A JSON value whose numbers keep the text they came with: money never passes through binary floating point.
///
/// The sandbox has its own small reader on purpose. It is a second reading of the providers' documents, and would
/// share Causeway's mistakes if it shared Causeway's code.
enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }

    /// A whole number that fits 64 bits, written without fraction or exponent.
    var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

extension JSONValue {
    /// Whether both mean the same: order of keys and the way a number is written do not matter, nor how a
    /// character was escaped; Unicode's canonical equivalence does (two different texts are different).
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): Decimal(left) == Decimal(right)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)): left.isSame(as: right)
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .number(String(value)) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }

    /// A text, or null.
    init(_ text: String?) {
        self = text.map(JSONValue.string) ?? .null
    }

    init(_ number: Int) { self = .number(String(number)) }
    init(_ number: Int64) { self = .number(String(number)) }
}
