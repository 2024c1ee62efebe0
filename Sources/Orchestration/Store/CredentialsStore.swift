internal import Core
internal import Postgres

/// What is kept of sign-ins: families of refresh tokens, hashed. Every write is one statement, and so one commit.
struct CredentialsStore: Sendable {
    let database: PostgresPool

    private static let begin = Statement(
        "refresh_begin",
        """
        WITH family AS (
            INSERT INTO refresh_families (id, app_id, created_at) VALUES ($1::uuid, $2::uuid, $3::timestamptz)
        )
        INSERT INTO refresh_tokens (token_hash, family, created_at, expires_at)
        VALUES ($4::bytea, $1::uuid, $3::timestamptz, $5::timestamptz)
        """)

    /// A new family with its first token.
    func begin(
        family: Identifier, app: Identifier, token hash: [UInt8], at now: Timestamp, expires: Timestamp
    ) async throws(PostgresError) {
        _ = try await database.query(
            Self.begin, [Value(family), Value(app), Value(now), .bytes(hash), Value(expires)])
    }

    /// The old token is used and the new one made in one statement: of two that come at once with the same token, the
    /// second waits for the first's row and then finds it used.
    private static let rotate = Statement(
        "refresh_rotate",
        """
        WITH used AS (
            UPDATE refresh_tokens t SET used_at = $3::timestamptz
            FROM refresh_families f JOIN apps a ON a.id = f.app_id JOIN merchants m ON m.id = a.merchant_id
            WHERE t.token_hash = $1::bytea AND t.used_at IS NULL AND t.expires_at > $3::timestamptz
                AND f.id = t.family AND f.revoked_at IS NULL AND a.enabled AND m.enabled
            RETURNING t.family, f.app_id
        ), next AS (
            INSERT INTO refresh_tokens (token_hash, family, created_at, expires_at)
            SELECT $2::bytea, family, $3::timestamptz, $4::timestamptz FROM used
        )
        SELECT app_id FROM used
        """)

    /// The app of a good token, which is good no more; nil where it was not good.
    func rotate(
        token old: [UInt8], to new: [UInt8], at now: Timestamp, expires: Timestamp
    ) async throws(PostgresError) -> Identifier? {
        let rows = try await database.query(
            Self.rotate, [.bytes(old), .bytes(new), Value(now), Value(expires)])
        return try rows.first?.identifier("app_id")
    }

    private static let explain = Statement(
        "refresh_explain",
        """
        WITH found AS (
            SELECT t.family, t.used_at, t.expires_at, f.revoked_at, a.enabled AND m.enabled AS enabled
            FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family
                JOIN apps a ON a.id = f.app_id JOIN merchants m ON m.id = a.merchant_id
            WHERE t.token_hash = $1::bytea
        ), revoked AS (
            UPDATE refresh_families SET revoked_at = $2::timestamptz, revoked_reason = 'reused'
            WHERE revoked_at IS NULL AND id IN (SELECT family FROM found WHERE used_at IS NOT NULL)
        )
        SELECT used_at IS NOT NULL AS used, revoked_at IS NOT NULL AS revoked, expires_at <= $2::timestamptz AS expired,
            enabled
        FROM found
        """)

    /// Why a token was not good. One that was used before takes its whole family with it.
    func explain(token hash: [UInt8], at now: Timestamp) async throws(PostgresError) -> CredentialsError {
        let rows = try await database.query(Self.explain, [.bytes(hash), Value(now)])
        guard let row = rows.first else { return .unknownToken }
        if try row.bool("used") { return .reusedToken }
        if try row.bool("revoked") { return .revokedToken }
        if try row.bool("expired") { return .expiredToken }
        // Good by now: another call changed something in between, and may be repeated.
        return try row.bool("enabled") ? .unavailable : .disabled
    }

    private static let forgetTokens = Statement(
        "refresh_forget_tokens",
        """
        DELETE FROM refresh_tokens WHERE token_hash IN (
            SELECT token_hash FROM refresh_tokens WHERE expires_at < $1::timestamptz ORDER BY expires_at LIMIT 1000)
        """)

    private static let forgetFamilies = Statement(
        "refresh_forget_families",
        """
        DELETE FROM refresh_families WHERE id IN (
            SELECT id FROM refresh_families f WHERE f.created_at < $1::timestamptz
                AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.family = f.id) LIMIT 1000)
        """)

    /// Drops at most 1,000 tokens that expired before a moment, and as many families that have none left.
    func forget(before moment: Timestamp) async throws(PostgresError) -> Int {
        let tokens = try await database.query(Self.forgetTokens, [Value(moment)])
        _ = try await database.query(Self.forgetFamilies, [Value(moment)])
        return tokens.affected
    }
}
