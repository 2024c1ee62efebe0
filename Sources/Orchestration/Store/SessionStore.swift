internal import Core
internal import Postgres

/// Reads and writes the tokens that authorise the accounts' calls.
struct SessionStore: Sendable {
    let database: PostgresPool

    /// A token as it is stored.
    struct Stored: Sendable {
        var identity: [UInt8]
        var sealedToken: [UInt8]?
        var generation: Int64
        var renewAt: Timestamp?
        var expiresAt: Timestamp?
    }

    static let read = Statement(
        "session_read",
        """
        SELECT identity, sealed_token, generation, renew_at, expires_at FROM provider_sessions
        WHERE account_id = $1::uuid
        """)

    func read(_ account: Identifier) async throws(PostgresError) -> Stored? {
        guard let row = try await database.query(Self.read, [Value(account)]).first else { return nil }
        return Stored(
            identity: try row.bytes("identity"), sealedToken: try row.bytesIfPresent("sealed_token"),
            generation: try row.int("generation"), renewAt: try row.timeIfPresent("renew_at"),
            expiresAt: try row.timeIfPresent("expires_at"))
    }

    static let claim = Statement(
        "session_claim",
        """
        INSERT INTO provider_sessions AS s (account_id, identity, renewing_till)
        VALUES ($1::uuid, $2::bytea, $4::timestamptz)
        ON CONFLICT (account_id) DO UPDATE SET renewing_till = $4::timestamptz
            WHERE s.generation = $5::bigint AND (s.renewing_till IS NULL OR s.renewing_till <= $3::timestamptz)
        RETURNING generation
        """)

    /// Whether it is ours to ask for a new token, until `till`: of all processes one asks.
    ///
    /// - Parameter seen: the generation that was read, 0 for none: where there is a newer one by now, nobody need ask.
    func claim(
        _ account: Identifier, identity: [UInt8], seen: Int64, now: Timestamp, till: Timestamp
    ) async throws(PostgresError) -> Bool {
        try await !database.query(
            Self.claim, [Value(account), .bytes(identity), Value(now), Value(till), .int(seen)]
        ).isEmpty
    }

    static let release = Statement(
        "session_release",
        "UPDATE provider_sessions SET renewing_till = NULL WHERE account_id = $1::uuid AND renewing_till = $2::timestamptz"
    )

    /// Gives up what `claim` gave.
    func release(_ account: Identifier, till: Timestamp) async throws(PostgresError) {
        _ = try await database.query(Self.release, [Value(account), Value(till)])
    }

    static let write = Statement(
        "session_write",
        """
        INSERT INTO provider_sessions AS s (account_id, identity, sealed_token, generation, renew_at, expires_at)
        VALUES ($1::uuid, $2::bytea, $3::bytea, 1, $4::timestamptz, $5::timestamptz)
        ON CONFLICT (account_id) DO UPDATE SET identity = $2::bytea, sealed_token = $3::bytea,
            generation = s.generation + 1, renew_at = $4::timestamptz, expires_at = $5::timestamptz,
            renewing_till = NULL
        RETURNING generation
        """)

    /// Puts a new token in the place of the old one, at once for all processes; gives its generation.
    func write(
        _ account: Identifier, identity: [UInt8], sealedToken: [UInt8], renewAt: Timestamp?,
        expiresAt: Timestamp?
    ) async throws(PostgresError) -> Int64 {
        let rows = try await database.query(
            Self.write,
            [Value(account), .bytes(identity), .bytes(sealedToken), Value(renewAt), Value(expiresAt)])
        guard let row = rows.first else { throw .undecodable("a written session gave no row") }
        return try row.int("generation")
    }
}
