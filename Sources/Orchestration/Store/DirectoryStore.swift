internal import Core
internal import JSON
internal import Postgres

/// What runs statements: a pool, each on its own, or a transaction.
protocol StatementRunner: Sendable {
    /// Runs one statement.
    func query(_ statement: Statement, _ parameters: [Value], deadline: Duration?) async throws(PostgresError)
        -> Rows
}

extension PostgresPool: StatementRunner {}
extension PostgresTransaction: StatementRunner {}

/// All that is read from and written to the directory's tables.
struct DirectoryStore: Sendable {
    let runner: any StatementRunner

    init(_ runner: any StatementRunner) { self.runner = runner }

    // MARK: Reading

    private static let merchants = Statement("directory_merchants", "SELECT * FROM merchants ORDER BY name")
    private static let apps = Statement("directory_apps", "SELECT * FROM apps ORDER BY name, id")
    private static let accounts = Statement(
        "directory_accounts", "SELECT * FROM provider_accounts ORDER BY priority, name")

    func merchants() async throws(PostgresError) -> [MerchantRecord] {
        try await read(Self.merchants) { row throws(PostgresError) in try MerchantRecord(row) }
    }

    func apps() async throws(PostgresError) -> [AppRecord] {
        try await read(Self.apps) { row throws(PostgresError) in try AppRecord(row) }
    }

    func accounts() async throws(PostgresError) -> [AccountRecord] {
        try await read(Self.accounts) { row throws(PostgresError) in try AccountRecord(row) }
    }

    private func read<Record>(
        _ statement: Statement, _ record: (Row) throws(PostgresError) -> Record
    ) async throws(PostgresError) -> [Record] {
        let rows = try await run(statement)
        var records: [Record] = []
        records.reserveCapacity(rows.count)
        for row in rows { records.append(try record(row)) }
        return records
    }

    @discardableResult
    private func run(_ statement: Statement, _ parameters: [Value] = []) async throws(PostgresError) -> Rows {
        try await runner.query(statement, parameters, deadline: nil)
    }

    // MARK: Writing

    /// Writers of the directory go one after another: what a change was checked against still holds when it is written.
    private static let lock = Statement(
        "directory_lock", "SELECT pg_advisory_xact_lock(hashtext('causeway.directory'))")

    /// Waits for other writers; holds until the transaction ends.
    func lockForWriting() async throws(PostgresError) { try await run(Self.lock) }

    private static let putMerchant = Statement(
        "directory_put_merchant",
        """
        INSERT INTO merchants (id, name, display_name, enabled, created_at, updated_at)
        VALUES ($1::uuid, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, enabled = excluded.enabled,
            updated_at = excluded.updated_at
        """)

    func put(_ merchant: MerchantRecord) async throws(PostgresError) {
        try await run(
            Self.putMerchant,
            [
                Value(merchant.id), .text(merchant.name), .text(merchant.displayName),
                .bool(merchant.isEnabled),
                Value(merchant.createdAt), Value(merchant.updatedAt),
            ])
    }

    private static let putApp = Statement(
        "directory_put_app",
        """
        INSERT INTO apps (id, merchant_id, name, access_key_hash, secret_key_hash, sealed_signing_key, enabled,
            created_at, updated_at)
        VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE SET access_key_hash = excluded.access_key_hash,
            secret_key_hash = excluded.secret_key_hash, sealed_signing_key = excluded.sealed_signing_key,
            enabled = excluded.enabled, updated_at = excluded.updated_at
        """)

    func put(_ app: AppRecord) async throws(PostgresError) {
        try await run(
            Self.putApp,
            [
                Value(app.id), Value(app.merchant), .text(app.name), .bytes(app.accessKeyHash),
                .bytes(app.secretKeyHash), .bytes(app.sealedSigningKey), .bool(app.isEnabled),
                Value(app.createdAt), Value(app.updatedAt),
            ])
    }

    /// The account is looked at by the monitor at once. What was counted against a cap that comes or goes is of no use any
    /// more: payments without one are not counted, and a new one begins with what the attempts say.
    private static let putAccount = Statement(
        "directory_put_account",
        """
        WITH account AS (
            INSERT INTO provider_accounts (id, name, connector, enabled, priority, methods, settings, sealed_secrets,
                callback_addresses, proxy, created_at, updated_at, limits)
            VALUES ($1::uuid, $2, $3, $4, $5::bigint::integer, $6::text[], $7::jsonb, $8, $9::text[], $10, $11, $12,
                $13::jsonb)
            ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, priority = excluded.priority,
                methods = excluded.methods, settings = excluded.settings, sealed_secrets = excluded.sealed_secrets,
                callback_addresses = excluded.callback_addresses, proxy = excluded.proxy,
                updated_at = excluded.updated_at, limits = excluded.limits
        ), uncapped AS (
            DELETE FROM cap_usage u WHERE account_id = $1::uuid AND 2 > (
                SELECT count(*) FROM (
                    SELECT limits FROM provider_accounts WHERE id = $1::uuid UNION ALL SELECT $13::jsonb
                ) l, jsonb_array_elements(l.limits -> 'caps') c
                WHERE c ->> 'method' = u.method AND c ->> 'per' = u.period)
        )
        INSERT INTO provider_account_status (account_id, due_at) VALUES ($1::uuid, $12::timestamptz)
        ON CONFLICT (account_id) DO UPDATE SET due_at = excluded.due_at
        """)

    func put(_ account: AccountRecord) async throws(PostgresError) {
        try await run(
            Self.putAccount,
            [
                Value(account.id), .text(account.name), .text(account.connector), .bool(account.isEnabled),
                .int(Int64(account.priority)), .textArray(account.methods),
                .json(JSON.object(account.settings).compact()), .bytes(account.sealedSecrets),
                .textArray(account.callbackAddresses), Value(account.proxy), Value(account.createdAt),
                Value(account.updatedAt), .json(JSON.object(account.limits).compact()),
            ])
    }

    private static let revokeTokens = Statement(
        "directory_revoke_tokens",
        """
        UPDATE refresh_families SET revoked_at = $2::timestamptz, revoked_reason = 'keys_rotated'
        WHERE app_id = $1::uuid AND revoked_at IS NULL
        """)

    /// Ends every sign-in of an app.
    func revokeTokens(of app: Identifier, at time: Timestamp) async throws(PostgresError) {
        try await run(Self.revokeTokens, [Value(app), Value(time)])
    }

    private static let audit = Statement(
        "directory_audit",
        "INSERT INTO audit_log (at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5::jsonb)")

    /// Writes down who changed what. The detail holds no secrets.
    func audit(
        at time: Timestamp, actor: String, action: String, subject: String, detail: JSON
    ) async throws(PostgresError) {
        try await run(
            Self.audit, [Value(time), .text(actor), .text(action), .text(subject), .json(detail.compact())])
    }
}
