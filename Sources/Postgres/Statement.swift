/// SQL with a name, prepared once per connection, at its first use there.
public struct Statement: Sendable, Hashable {
    /// Tells statements apart, and is what `pg_prepared_statements` shows. At most 40 bytes of it are used
    /// there.
    public let name: String
    /// One SQL command; parameters are `$1`, `$2` …, their types given by casts (`$1::bigint`) or by the
    /// context.
    public let sql: String

    /// Names a statement. The name is to be unique within the program; two texts under one name are kept
    /// apart, though.
    public init(_ name: StaticString, _ sql: String) {
        self.name = String(describing: name)
        self.sql = sql
    }

    /// Statements are the same when name and text are.
    public static func == (left: Statement, right: Statement) -> Bool {
        left.name == right.name && left.sql == right.sql
    }

    /// Name and length are enough to spread them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(sql.utf8.count)
    }
}
