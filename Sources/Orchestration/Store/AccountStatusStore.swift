internal import Core
internal import Postgres

/// What was last seen of an account.
struct AccountStatus: Sendable {
    var account: Identifier
    var problem: String?
    var checkedAt: Timestamp?
    var lastSuccessAt: Timestamp?
    var latency: Duration?
    /// In the currency of the account's payouts.
    var balance: Money?
    var balanceMinor: Int64?
    var balanceAt: Timestamp?

    init(account: Identifier) { self.account = account }
}

/// Reads and writes what was seen of the accounts.
struct AccountStatusStore: Sendable {
    let database: PostgresPool

    static let claim = Statement(
        "account_status_claim",
        """
        WITH missing AS (
            INSERT INTO provider_account_status (account_id, due_at)
            SELECT id, $2::timestamptz FROM unnest($1::uuid[]) AS id
            WHERE EXISTS (SELECT 1 FROM provider_accounts p WHERE p.id = id)
            ON CONFLICT (account_id) DO NOTHING
        ), due AS (
            SELECT account_id FROM provider_account_status
            WHERE due_at <= $2::timestamptz AND account_id = ANY ($1::uuid[]) FOR UPDATE SKIP LOCKED
        )
        UPDATE provider_account_status s SET due_at = $3::timestamptz FROM due
        WHERE s.account_id = due.account_id RETURNING s.account_id
        """)

    /// The accounts that are due for a look, which is then ours until `next`.
    func claim(_ accounts: [Identifier], now: Timestamp, next: Timestamp) async throws(PostgresError)
        -> [Identifier]
    {
        let ids = Value.uuidArray(accounts.map { (high: $0.high, low: $0.low) })
        return try await database.query(Self.claim, [ids, Value(now), Value(next)])
            .map { row throws(PostgresError) in try row.identifier("account_id") }
    }

    static let write = Statement(
        "account_status_write",
        """
        UPDATE provider_account_status SET healthy = $2::text IS NULL, problem = $2::text, checked_at = $3::timestamptz,
            last_success_at = CASE WHEN $2::text IS NULL THEN $3::timestamptz ELSE last_success_at END,
            latency_ms = $4::bigint, balance = COALESCE($5::bigint, balance),
            balance_at = CASE WHEN $5::bigint IS NULL THEN balance_at ELSE $3::timestamptz END
        WHERE account_id = $1::uuid
        """)

    func write(_ status: AccountStatus) async throws(PostgresError) {
        _ = try await database.query(
            Self.write,
            [
                Value(status.account), Value(status.problem), Value(status.checkedAt),
                Value(status.latency?.milliseconds), Value(status.balance),
            ])
    }

    static let all = Statement(
        "account_status_all",
        """
        SELECT account_id, problem, checked_at, last_success_at, latency_ms::bigint AS latency_ms, balance, balance_at
        FROM provider_account_status
        """)

    func all() async throws(PostgresError) -> [Identifier: AccountStatus] {
        var found: [Identifier: AccountStatus] = [:]
        for row in try await database.query(Self.all, []) {
            var status = AccountStatus(account: try row.identifier("account_id"))
            status.problem = try row.textIfPresent("problem")
            status.checkedAt = try row.timeIfPresent("checked_at")
            status.lastSuccessAt = try row.timeIfPresent("last_success_at")
            status.latency = try row.intIfPresent("latency_ms").map { .milliseconds($0) }
            status.balanceMinor = try row.intIfPresent("balance")
            status.balanceAt = try row.timeIfPresent("balance_at")
            found[status.account] = status
        }
        return found
    }
}
