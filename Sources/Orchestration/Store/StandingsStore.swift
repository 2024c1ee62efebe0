internal import Core
internal import Postgres
internal import Routing

/// A place in the log of attempts' reports: everything up to it is taken in.
struct LogPlace: Sendable, Hashable, Comparable {
    /// The transaction that wrote the report (PostgreSQL's `xid8`, which never wraps around).
    var transaction: Int64
    /// The report's number.
    var id: Int64

    /// Before the first one.
    static let beginning = LogPlace(transaction: 0, id: 0)

    static func < (left: LogPlace, right: LogPlace) -> Bool {
        (left.transaction, left.id) < (right.transaction, right.id)
    }
}

/// Reads the log of attempts' reports, and keeps what was learned from it.
struct StandingsStore: Sendable {
    let database: PostgresPool

    /// A report with its place.
    struct Entry: Sendable {
        var place: LogPlace
        /// `nil` where this version does not know its words: another's business.
        var report: AttemptReport?
    }

    /// Reports that one reading brings at most.
    static let batch = 2000

    // What an older transaction may still write has its place before what is there: it is waited for, unless it is so old that
    // it is none of ours. What seems to come of a transaction that is yet to be is another server's, from before a restore: a
    // reader that went there would be past all that is written from now on.
    static let read = Statement(
        "reports_read",
        """
        SELECT r.xid::text AS transaction, r.id, r.account_id, r.method, r.bank, r.verdict,
            r.latency_ms::bigint AS latency_ms, r.at, r.begun_at
        FROM attempt_reports r
        WHERE (r.xid, r.id) > ($1::text::xid8, $2::bigint)
            AND r.xid < pg_snapshot_xmax(pg_current_snapshot())
            AND (r.xid < pg_snapshot_xmin(pg_current_snapshot()) OR r.at < $3::timestamptz)
        ORDER BY r.xid, r.id LIMIT $4::bigint
        """)

    /// What comes after a place, in the order in which everybody takes it in.
    ///
    /// - Parameter settled: no transaction that began before this moment writes any more.
    func reports(after place: LogPlace, settled: Timestamp) async throws(PostgresError) -> [Entry] {
        let rows = try await database.query(
            Self.read,
            [
                .text(String(place.transaction)), .int(place.id), Value(settled), .int(Int64(Self.batch)),
            ])
        var entries: [Entry] = []
        entries.reserveCapacity(rows.count)
        for row in rows { entries.append(try Entry(row)) }
        return entries
    }

    static let load = Statement(
        "standings_load",
        """
        SELECT xid::text AS transaction, id, snapshot, taken_at, xid >= pg_snapshot_xmax(pg_current_snapshot()) AS foreign
        FROM standings
        """)

    /// What was learned when somebody last kept it; the beginning of the log where its place is of another server's: a
    /// database that was restored counts its transactions anew.
    func newest() async throws(PostgresError) -> (snapshot: [UInt8], place: LogPlace, at: Timestamp)? {
        guard let row = try await database.query(Self.load, []).first else { return nil }
        let place = try LogPlace(row)
        return (
            try row.json("snapshot"), try row.bool("foreign") ? .beginning : place, try row.time("taken_at")
        )
    }

    static let keep = Statement(
        "standings_keep",
        """
        INSERT INTO standings AS s (xid, id, snapshot, taken_at)
        VALUES ($1::text::xid8, $2::bigint, $3::jsonb, $4::timestamptz)
        ON CONFLICT (only_one) DO UPDATE SET xid = excluded.xid, id = excluded.id, snapshot = excluded.snapshot,
            taken_at = excluded.taken_at
        WHERE ((s.xid, s.id) < (excluded.xid, excluded.id) OR s.xid >= pg_snapshot_xmax(pg_current_snapshot()))
            AND (s.taken_at <= $5::timestamptz OR s.taken_at > $4::timestamptz)
        """)

    /// Keeps what was learned up to a place, unless somebody has kept more, or some between `since` and now.
    func keep(
        _ snapshot: [UInt8], upTo place: LogPlace, at now: Timestamp, since: Timestamp
    ) async throws(PostgresError) {
        _ = try await database.query(
            Self.keep,
            [
                .text(String(place.transaction)), .int(place.id), .json(snapshot), Value(now), Value(since),
            ])
    }

    static let forget = Statement(
        "reports_forget",
        """
        DELETE FROM attempt_reports WHERE (xid, id) IN (
            (SELECT r.xid, r.id FROM attempt_reports r, standings s
                WHERE r.at < $1::timestamptz AND (r.xid, r.id) <= (s.xid, s.id)
                ORDER BY r.xid, r.id LIMIT $2::bigint)
            UNION ALL
            (SELECT xid, id FROM attempt_reports
                WHERE at < $1::timestamptz AND xid >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT $2::bigint))
        """)

    /// Forgets reports from before a moment that the kept standings hold, or that are another server's.
    func forget(before time: Timestamp) async throws(PostgresError) {
        _ = try await database.query(Self.forget, [Value(time), .int(20_000)])
    }
}

extension LogPlace {
    fileprivate init(_ row: Row) throws(PostgresError) {
        guard let transaction = Int64(try row.text("transaction")) else {
            throw .undecodable("a transaction's number is none")
        }
        self.transaction = transaction
        id = try row.int("id")
    }
}

extension StandingsStore.Entry {
    fileprivate init(_ row: Row) throws(PostgresError) {
        place = try LogPlace(row)
        guard let method = PaymentMethod(rawValue: try row.text("method")),
            let verdict = AttemptReport.Verdict(rawValue: try row.text("verdict"))
        else { return }
        report = AttemptReport(
            account: try row.identifier("account_id"), method: method, bank: try row.textIfPresent("bank"),
            verdict: verdict, latency: try row.intIfPresent("latency_ms"), at: try row.time("at"),
            begun: try row.timeIfPresent("begun_at"))
    }
}
