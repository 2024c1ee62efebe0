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
    /// When the balance was asked for.
    var askedAt: Timestamp?
    /// Whether the provider's balance is less what it has accepted (`ConnectorDescriptor.holdsPayouts`).
    var holdsPayouts = false
    /// The codes of banks that the provider does not serve now, where it was asked.
    var unservedBanks: [String]?
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
            WHERE NOT (due_at > $2::timestamptz AND due_at <= $3::timestamptz) AND account_id = ANY ($1::uuid[])
            FOR UPDATE SKIP LOCKED
        )
        UPDATE provider_account_status s SET due_at = $3::timestamptz FROM due
        WHERE s.account_id = due.account_id RETURNING s.account_id
        """)

    /// The accounts that are due for a look, which is then ours until `next`. One that is due later than that was looked at by a
    /// clock that is ahead.
    func claim(_ accounts: [Identifier], now: Timestamp, next: Timestamp) async throws(PostgresError)
        -> [Identifier]
    {
        let ids = Value.uuidArray(accounts.map { (high: $0.high, low: $0.low) })
        return try await database.query(Self.claim, [ids, Value(now), Value(next)])
            .map { row throws(PostgresError) in try row.identifier("account_id") }
    }

    /// Between the clocks of two processes.
    private static let clocksApart = "interval '2 seconds'"

    /// Whether there is a balance that was asked for after `time`; one from a minute later or more, longer than any question
    /// takes, is of a clock that is ahead, and gives way to any other.
    private static func isNewer(_ column: String, than time: String) -> String {
        "\(column) > \(time)::timestamptz AND \(column) < \(time)::timestamptz + interval '1 minute'"
    }

    /// What a newer balance shows by itself takes nothing of it any more: what its provider had accepted before, where
    /// that is how it counts, else what had succeeded before.
    static let write = Statement(
        "account_status_write",
        """
        WITH shown AS (
            UPDATE attempts SET reserved = NULL
            WHERE account_id = $1::uuid AND reserved IS NOT NULL AND $5::bigint IS NOT NULL
                AND CASE WHEN $7::boolean THEN accepted_at ELSE finished_at END < $6::timestamptz - \(clocksApart)
        )
        UPDATE provider_account_status SET healthy = $2::text IS NULL, problem = $2::text, checked_at = $3::timestamptz,
            last_success_at = CASE WHEN $2::text IS NULL THEN $3::timestamptz ELSE last_success_at END,
            latency_ms = $4::bigint,
            balance = CASE WHEN \(isNewer("balance_at", than: "$6")) THEN balance ELSE COALESCE($5::bigint, balance) END,
            balance_at = CASE WHEN $5::bigint IS NULL OR \(isNewer("balance_at", than: "$6")) THEN balance_at
                ELSE $6::timestamptz END,
            unserved_banks = COALESCE($8::text[], unserved_banks),
            banks_at = CASE WHEN $8::text[] IS NULL THEN banks_at ELSE $3::timestamptz END
        WHERE account_id = $1::uuid
        """)

    func write(_ status: AccountStatus) async throws(PostgresError) {
        _ = try await database.query(
            Self.write,
            [
                Value(status.account), Value(status.problem), Value(status.checkedAt),
                Value(status.latency?.milliseconds), Value(status.balance), Value(status.askedAt),
                .bool(status.holdsPayouts), status.unservedBanks.map(Value.textArray) ?? .null,
            ])
    }

    static let writeBalance = Statement(
        "account_status_write_balance",
        """
        WITH shown AS (
            UPDATE attempts SET reserved = NULL
            WHERE account_id = $1::uuid AND reserved IS NOT NULL
                AND CASE WHEN $4::boolean THEN accepted_at ELSE finished_at END < $3::timestamptz - \(clocksApart)
        )
        INSERT INTO provider_account_status (account_id, due_at, balance, balance_at)
        VALUES ($1::uuid, $3::timestamptz, $2::bigint, $3::timestamptz)
        ON CONFLICT (account_id) DO UPDATE SET balance = excluded.balance, balance_at = excluded.balance_at
        WHERE (\(isNewer("provider_account_status.balance_at", than: "$3"))) IS NOT TRUE
        """)

    /// A balance that was asked for between two looks.
    func write(
        balance: Money, of account: Identifier, askedAt: Timestamp, holdsPayouts: Bool
    ) async throws(PostgresError) {
        _ = try await database.query(
            Self.writeBalance, [Value(account), Value(balance), Value(askedAt), .bool(holdsPayouts)])
    }

    static let known = Statement(
        "account_status_known",
        """
        SELECT account_id, balance, balance_at, unserved_banks, banks_at,
            (SELECT COALESCE(sum(reserved), 0)::bigint FROM attempts a
                WHERE a.account_id = s.account_id AND a.reserved IS NOT NULL) AS reserved
        FROM provider_account_status s WHERE account_id = ANY ($1::uuid[])
        """)

    /// What providers told of accounts, with what payouts on the way take: read together, so that none is in both or neither.
    func known(of accounts: [Identifier]) async throws(PostgresError) -> [Identifier: KnownAccount] {
        let ids = Value.uuidArray(accounts.map { (high: $0.high, low: $0.low) })
        var found: [Identifier: KnownAccount] = [:]
        for row in try await database.query(Self.known, [ids]) {
            found[try row.identifier("account_id")] = KnownAccount(
                balance: try row.intIfPresent("balance"), balanceAt: try row.timeIfPresent("balance_at"),
                reserved: try row.int("reserved"), unservedBanks: Set(try row.textArray("unserved_banks")),
                banksAt: try row.timeIfPresent("banks_at"))
        }
        return found
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
