/// A statement's parameter.
///
/// The server gives `$n` its type: from a cast (`$1::bigint`) or from the context. Values go in text form,
/// which every type reads, so that an integer may meet `smallint` or `numeric` and a UUID may meet `uuid` or
/// `text`. Two go in binary: `bytes`, for `bytea` only, and `timestamp`, for `timestamptz` or `timestamp`
/// only (write `$1::timestamptz::date` for a date).
public enum Value: Sendable {
    /// SQL's NULL.
    case null
    /// Text without NUL characters, which PostgreSQL cannot hold: one that has them fails as `22021`, unsent.
    case text(String)
    /// Any integer type, or `numeric`.
    case int(Int64)
    /// `boolean`.
    case bool(Bool)
    /// `bytea`, in binary.
    case bytes([UInt8])
    /// `uuid`: its first and last eight bytes as big-endian numbers.
    case uuid(high: UInt64, low: UInt64)
    /// `timestamptz`, in binary: microseconds since 1970-01-01T00:00:00Z.
    case timestamp(microseconds: Int64)
    /// `json` or `jsonb`: a document in UTF-8.
    case json([UInt8])
    /// `text[]`, without NULL members.
    case textArray([String])
    /// `bigint[]` or another integer type's, without NULL members.
    case intArray([Int64])
    /// `uuid[]`, without NULL members.
    case uuidArray([(high: UInt64, low: UInt64)])

    /// Text, or NULL.
    public init(_ text: String?) { self = text.map(Value.text) ?? .null }
    /// An integer, or NULL.
    public init(_ int: Int64?) { self = int.map(Value.int) ?? .null }
    /// An integer, or NULL.
    public init(_ int: Int?) { self = int.map { .int(Int64($0)) } ?? .null }
    /// A truth value, or NULL.
    public init(_ bool: Bool?) { self = bool.map(Value.bool) ?? .null }
    /// Bytes, or NULL.
    public init(_ bytes: [UInt8]?) { self = bytes.map(Value.bytes) ?? .null }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// NULL.
    public init(nilLiteral: ()) { self = .null }
}
