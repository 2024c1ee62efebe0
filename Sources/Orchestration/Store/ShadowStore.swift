internal import Core
internal import JSON
internal import Postgres
internal import Routing

/// Reads and writes the versions of the shadow, and what it decided.
struct ShadowStore: Sendable {
    let runner: any StatementRunner

    init(_ runner: any StatementRunner) { self.runner = runner }

    /// A version as it is stored.
    struct Stored: Sendable {
        var revision: Int64
        /// `nil`: it was stopped.
        var document: JSON?
        var share: Int
        var at: Timestamp
        var by: String
        var why: String

        /// What it would decide by; `nil` where it was stopped, or is not of a form that this version reads.
        var rules: RuleDocument? { document.flatMap { try? RuleDocument($0) } }
    }

    private static let columns = "revision, document::text AS document, share, created_at, created_by, why"

    static let newest = Statement(
        "shadow_newest",
        "SELECT \(columns) FROM routing_shadows ORDER BY revision DESC LIMIT $1::bigint")

    /// The newest versions, newest first.
    func newest(_ count: Int) async throws(PostgresError) -> [Stored] {
        try await read(Self.newest, [.int(Int64(count))])
    }

    static let insert = Statement(
        "shadow_insert",
        """
        INSERT INTO routing_shadows (document, share, created_at, created_by, why)
        VALUES ($1::jsonb, $2::bigint, $3::timestamptz, $4::text, $5::text) RETURNING \(columns)
        """)

    func insert(
        _ document: JSON?, share: Int, at time: Timestamp, by actor: String, why: String
    ) async throws(PostgresError) -> Stored {
        let rows = try await read(
            Self.insert,
            [
                Value(json: document?.compact()), .int(Int64(share)), Value(time), .text(actor), .text(why),
            ])
        guard let stored = rows.first else { throw .undecodable("a written shadow gave no row") }
        return stored
    }

    private func read(_ statement: Statement, _ parameters: [Value]) async throws(PostgresError) -> [Stored] {
        var found: [Stored] = []
        for row in try await runner.query(statement, parameters, deadline: nil) {
            found.append(
                Stored(
                    revision: try row.int("revision"),
                    // What does not parse is a document that cannot be read, not the end of one.
                    document: try row.textIfPresent("document").map {
                        (try? JSON.parse(Array($0.utf8))) ?? .null
                    },
                    share: Int(try row.int("share")), at: try row.time("created_at"),
                    by: try row.text("created_by"), why: try row.text("why")))
        }
        return found
    }

    // MARK: What it decided

    static let ofOrder = Statement(
        "shadow_of_order", "SELECT decision FROM shadow_decisions WHERE order_id = $1::uuid")

    /// What the shadow said of an order; `nil` where it was not asked.
    func decision(of order: Identifier) async throws(PostgresError) -> [UInt8]? {
        try await runner.query(Self.ofOrder, [Value(order)], deadline: nil).first?.json("decision")
    }

    /// Decisions that a tally looks at: the newest.
    static let talliedMax = 20_000

    /// Orders of one method that went from one account to another, or stayed.
    struct Line: Sendable {
        var method: String
        var from: Identifier
        var to: Identifier?
        var orders: Int64
        var succeeded: Int64
        /// Failed, expired or cancelled.
        var ended: Int64
    }

    /// Orders are looked up one by one, as in `BacktestStore.page`, and for the same reason.
    static let tally = Statement(
        "shadow_tally",
        """
        SELECT o.method, s.decided_id, s.account_id, count(*) AS orders,
            count(*) FILTER (WHERE o.state IN ('succeeded', 'reversed')) AS succeeded,
            count(*) FILTER (WHERE o.state IN ('failed', 'expired', 'cancelled')) AS ended
        FROM (
            SELECT order_id, decided_id, account_id FROM shadow_decisions
            WHERE order_id > $2::uuid AND revision = $1::bigint ORDER BY order_id DESC LIMIT \(talliedMax)
        ) s JOIN LATERAL (SELECT method, state FROM orders WHERE id = s.order_id LIMIT 1) o ON true
        GROUP BY o.method, s.decided_id, s.account_id ORDER BY orders DESC, o.method, s.decided_id, s.account_id
        """)

    /// What the newest decisions of a version came to.
    func tally(of revision: Int64, since time: Timestamp) async throws(PostgresError) -> [Line] {
        // Clocks of processes differ by less than this.
        let start = Identifier(from: time - .seconds(60))
        return try await runner.query(Self.tally, [.int(revision), Value(start)], deadline: nil).map {
            row throws(PostgresError) in
            Line(
                method: try row.text("method"), from: try row.identifier("decided_id"),
                to: try row.identifierIfPresent("account_id"), orders: try row.int("orders"),
                succeeded: try row.int("succeeded"), ended: try row.int("ended"))
        }
    }
}
