internal import CPostgres

/// One row. Keeps its result alive.
///
/// Each accessor takes a column's name or position, and throws `.decoding` for a missing column, another
/// type, or NULL; the `…IfPresent` ones give nil for NULL.
public struct Row: Sendable {
    let storage: ResultStorage
    let index: Int32

    /// Whether the column is NULL.
    public func isNull(_ column: some ColumnReference) throws(PostgresError) -> Bool {
        try cell(column) == nil
    }

    /// `text`, `varchar`, `char`, `name`, enumerations, `json`, `jsonb`.
    public func text(_ column: some ColumnReference) throws(PostgresError) -> String {
        try present(textIfPresent(column), column)
    }

    /// As `text`, nil for NULL.
    public func textIfPresent(_ column: some ColumnReference) throws(PostgresError) -> String? {
        try decoded(column, "text") { $0.text }
    }

    /// `smallint`, `integer`, `bigint`.
    public func int(_ column: some ColumnReference) throws(PostgresError) -> Int64 {
        try present(intIfPresent(column), column)
    }

    /// As `int`, nil for NULL.
    public func intIfPresent(_ column: some ColumnReference) throws(PostgresError) -> Int64? {
        try decoded(column, "integer") { $0.int }
    }

    /// `boolean`.
    public func bool(_ column: some ColumnReference) throws(PostgresError) -> Bool {
        try present(boolIfPresent(column), column)
    }

    /// As `bool`, nil for NULL.
    public func boolIfPresent(_ column: some ColumnReference) throws(PostgresError) -> Bool? {
        try decoded(column, "boolean") { $0.bool }
    }

    /// `real`, `double precision`. Never money.
    public func double(_ column: some ColumnReference) throws(PostgresError) -> Double {
        try present(doubleIfPresent(column), column)
    }

    /// As `double`, nil for NULL.
    public func doubleIfPresent(_ column: some ColumnReference) throws(PostgresError) -> Double? {
        try decoded(column, "double precision") { $0.double }
    }

    /// `bytea`.
    public func bytes(_ column: some ColumnReference) throws(PostgresError) -> [UInt8] {
        try present(bytesIfPresent(column), column)
    }

    /// As `bytes`, nil for NULL.
    public func bytesIfPresent(_ column: some ColumnReference) throws(PostgresError) -> [UInt8]? {
        try decoded(column, "bytea") { $0.byteArray }
    }

    /// `json` or `jsonb`: the document as the server writes it.
    public func json(_ column: some ColumnReference) throws(PostgresError) -> [UInt8] {
        try present(jsonIfPresent(column), column)
    }

    /// As `json`, nil for NULL.
    public func jsonIfPresent(_ column: some ColumnReference) throws(PostgresError) -> [UInt8]? {
        try decoded(column, "json") { $0.json }
    }

    /// `uuid`: its first and last eight bytes as big-endian numbers.
    public func uuid(_ column: some ColumnReference) throws(PostgresError) -> (high: UInt64, low: UInt64) {
        try present(uuidIfPresent(column), column)
    }

    /// As `uuid`, nil for NULL.
    public func uuidIfPresent(
        _ column: some ColumnReference
    ) throws(PostgresError) -> (high: UInt64, low: UInt64)? {
        try decoded(column, "uuid") { $0.uuid }
    }

    /// `timestamptz` (or `timestamp`, taken as UTC): microseconds since 1970-01-01T00:00:00Z. Infinity does
    /// not decode.
    public func timestamp(_ column: some ColumnReference) throws(PostgresError) -> Int64 {
        try present(timestampIfPresent(column), column)
    }

    /// As `timestamp`, nil for NULL.
    public func timestampIfPresent(_ column: some ColumnReference) throws(PostgresError) -> Int64? {
        try decoded(column, "timestamptz") { $0.timestamp }
    }

    /// `text[]` or `varchar[]` of one dimension, without NULL members.
    public func textArray(_ column: some ColumnReference) throws(PostgresError) -> [String] {
        try present(decoded(column, "text[]") { $0.array { $0.text } }, column)
    }

    /// An integer type's array of one dimension, without NULL members.
    public func intArray(_ column: some ColumnReference) throws(PostgresError) -> [Int64] {
        try present(decoded(column, "integer array") { $0.array { $0.int } }, column)
    }

    /// `uuid[]` of one dimension, without NULL members.
    public func uuidArray(_ column: some ColumnReference) throws(PostgresError) -> [(
        high: UInt64, low: UInt64
    )] {
        try present(decoded(column, "uuid[]") { $0.array { $0.uuid } }, column)
    }

    private func cell(_ column: some ColumnReference) throws(PostgresError) -> Cell? {
        let layout = storage.layout
        guard let position = column.position(among: layout.indices, count: layout.types.count) else {
            throw PostgresError(.decoding, "no column \(column.label)")
        }
        let field = Int32(position)
        if PQgetisnull(storage.handle, index, field) == 1 { return nil }
        guard let start = PQgetvalue(storage.handle, index, field), PQfformat(storage.handle, field) == 1
        else {
            throw PostgresError(.decoding, "column \(column.label) is not in binary form")
        }
        let length = Int(PQgetlength(storage.handle, index, field))
        return Cell(bytes: UnsafeRawBufferPointer(start: start, count: length), type: layout.types[position])
    }

    private func decoded<Wanted>(
        _ column: some ColumnReference, _ type: String, _ body: (Cell) -> Wanted?
    ) throws(PostgresError) -> Wanted? {
        guard let cell = try cell(column) else { return nil }
        // The bytes belong to the result.
        guard let value = withExtendedLifetime(storage, { body(cell) }) else {
            throw PostgresError(.decoding, "column \(column.label) of type \(cell.type) is no \(type)")
        }
        return value
    }

    private func present<Wanted>(
        _ value: Wanted?, _ column: some ColumnReference
    ) throws(PostgresError) -> Wanted {
        guard let value else { throw PostgresError(.decoding, "column \(column.label) is null") }
        return value
    }
}
