internal import Core
internal import JSON
internal import Postgres

/// Reads and writes the versions of the routing rules.
struct RuleStore: Sendable {
    let runner: any StatementRunner

    init(_ runner: any StatementRunner) { self.runner = runner }

    /// A version as it is stored.
    struct Stored: Sendable {
        var revision: Int64
        var document: JSON
        var at: Timestamp
        var by: String
        var why: String
    }

    private static let columns = "revision, document::text AS document, created_at, created_by, why"

    static let newest = Statement(
        "rules_newest", "SELECT \(columns) FROM routing_rules ORDER BY revision DESC LIMIT 1")

    /// The version in force; `nil` before the first one.
    func newest() async throws(PostgresError) -> Stored? {
        try await read(Self.newest, []).first
    }

    static let byRevision = Statement(
        "rules_by_revision", "SELECT \(columns) FROM routing_rules WHERE revision = $1::bigint")

    func revision(_ revision: Int64) async throws(PostgresError) -> Stored? {
        try await read(Self.byRevision, [.int(revision)]).first
    }

    static let page = Statement(
        "rules_page",
        """
        SELECT \(columns) FROM routing_rules WHERE revision < coalesce($1::bigint, 9223372036854775807)
        ORDER BY revision DESC LIMIT $2::bigint
        """)

    /// Newest first.
    func history(before: Int64?, limit: Int) async throws(PostgresError) -> [Stored] {
        try await read(Self.page, [Value(before), .int(Int64(limit))])
    }

    static let insert = Statement(
        "rules_insert",
        """
        INSERT INTO routing_rules (document, created_at, created_by, why)
        VALUES ($1::jsonb, $2::timestamptz, $3::text, $4::text) RETURNING \(columns)
        """)

    /// Puts a document in force.
    func insert(
        _ document: JSON, at time: Timestamp, by actor: String, why: String
    ) async throws(PostgresError) -> Stored {
        let rows = try await read(
            Self.insert, [.json(document.compact()), Value(time), .text(actor), .text(why)])
        guard let stored = rows.first else { throw .undecodable("a written version gave no row") }
        return stored
    }

    private func read(_ statement: Statement, _ parameters: [Value]) async throws(PostgresError) -> [Stored] {
        var found: [Stored] = []
        for row in try await runner.query(statement, parameters, deadline: nil) {
            guard let document = try? JSON.parse(Array(try row.text("document").utf8)) else {
                throw .undecodable("a version of the routing rules is no JSON")
            }
            found.append(
                Stored(
                    revision: try row.int("revision"), document: document, at: try row.time("created_at"),
                    by: try row.text("created_by"), why: try row.text("why")))
        }
        return found
    }
}
