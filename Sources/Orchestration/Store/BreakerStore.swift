internal import Core
internal import Postgres

/// Reads and writes which breakers are open by hand.
struct BreakerStore: Sendable {
    let runner: any StatementRunner

    init(_ runner: any StatementRunner) { self.runner = runner }

    static let all = Statement(
        "breakers_all", "SELECT * FROM breaker_switches ORDER BY account_id, method")

    /// At most one for each account and method, and one for each account.
    func all() async throws(PostgresError) -> [BreakerSwitch] {
        var found: [BreakerSwitch] = []
        for row in try await runner.query(Self.all, [], deadline: nil) {
            let name = try row.text("method")
            let method = PaymentMethod(rawValue: name)
            // A method that this version does not know takes no payments.
            if method == nil, !name.isEmpty { continue }
            found.append(
                BreakerSwitch(
                    account: try row.identifier("account_id"), method: method, at: try row.time("opened_at"),
                    by: try row.text("opened_by"), why: try row.text("why")))
        }
        return found
    }

    static let open = Statement(
        "breakers_open",
        """
        INSERT INTO breaker_switches (account_id, method, opened_at, opened_by, why)
        VALUES ($1::uuid, $2::text, $3::timestamptz, $4::text, $5::text) ON CONFLICT (account_id, method) DO NOTHING
        RETURNING account_id
        """)

    /// Whether it is new: one that is open already stays as it is.
    func open(_ breaker: BreakerSwitch) async throws(PostgresError) -> Bool {
        let rows = try await runner.query(
            Self.open,
            [
                Value(breaker.account), .text(breaker.method?.rawValue ?? ""), Value(breaker.at),
                .text(breaker.by), .text(breaker.why),
            ], deadline: nil)
        return !rows.isEmpty
    }

    static let reset = Statement(
        "breakers_reset",
        """
        WITH closed AS (
            DELETE FROM breaker_switches
            WHERE account_id = $1::uuid AND (method = ANY ($2::text[]) OR method = '' AND $3::boolean)
        )
        INSERT INTO attempt_reports (account_id, method, verdict, at, begun_at)
        SELECT $1::uuid, method, 'reset', $4::timestamptz, $4::timestamptz FROM unnest($2::text[]) AS method
        """)

    /// Closes the breakers of these methods for all processes, at one place of the log of attempts.
    ///
    /// - Parameter isWhole: they are all that the account has.
    func reset(
        _ account: Identifier, _ methods: [String], isWhole: Bool, at time: Timestamp
    ) async throws(PostgresError) {
        _ = try await runner.query(
            Self.reset, [Value(account), .textArray(methods), .bool(isWhole), Value(time)], deadline: nil)
    }
}
