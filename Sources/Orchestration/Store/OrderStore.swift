internal import Core
internal import Postgres

/// All that is read from and written to the orders' tables. Every write is one statement, and so one commit.
struct OrderStore: Sendable {
    let database: PostgresPool

    // MARK: Taking an order

    /// Makes an order with its first event and, in the same commit, its first attempt and its idempotency key, where
    /// there are any. With an attempt the order is held: nobody who merely wants news takes it from whoever sends it.
    static let insert = Statement("order_insert", inserting())
    /// The same where the attempt counts against caps: after what another call may have written already, so that who is to
    /// wait for that holds no cap.
    static let insertCounted = Statement(
        "order_insert_counted",
        inserting(
            CapShare.taking(
                "o", account: "$19::uuid", at: "$14::timestamptz", first: 27,
                after: "($21::text IS NULL OR EXISTS (SELECT FROM k))")))

    private static func inserting(_ counting: String = "") -> String {
        """
        WITH o AS (
            INSERT INTO orders (id, merchant_id, app_id, reference_number, method, amount, state, counterparty,
                notify_url, redirect_url, description, metadata, decision, created_at, updated_at, expires_at,
                due_at, fence, pay_by, held)
            VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::text, $6::bigint, $7::text::order_state, $8::bytea,
                $9::text, $10::text, $11::text, $12::jsonb, $13::jsonb, $14::timestamptz, $14::timestamptz,
                $15::timestamptz, $16::timestamptz, $17::bigint::integer, $24::timestamptz, $18::uuid IS NOT NULL)
            RETURNING method, amount
        ), a AS (
            INSERT INTO attempts (id, order_id, ordinal, account_id, reference, state, created_at, reserved)
            SELECT $18::uuid, $1::uuid, 1, $19::uuid, $20::text, $25::text::attempt_state, $14::timestamptz, $26::bigint
            WHERE $18::uuid IS NOT NULL
        ), k AS (
            INSERT INTO idempotency_keys (app_id, key, fingerprint, order_id, created_at)
            SELECT $3::uuid, $21::text, $22::bytea, $1::uuid, $14::timestamptz WHERE $21::text IS NOT NULL RETURNING key
        )\(counting)
        INSERT INTO order_events (order_id, number, at, kind, actor, detail)
        VALUES ($1::uuid, 1, $14::timestamptz, 'created', 'merchant', $23::jsonb)
        """
    }

    /// Both may come with what the shadow would have decided: statements of their own, so that those above pay nothing for it.
    static let insertShadowed = Statement("order_insert_shadowed", shadowing(insert, first: 27))
    static let insertCountedShadowed = Statement(
        "order_insert_counted_shadowed", shadowing(insertCounted, first: 33))

    private static func shadowing(_ insert: Statement, first: Int) -> String {
        """
        WITH s AS (
            INSERT INTO shadow_decisions (order_id, revision, decided_id, account_id, decision)
            VALUES ($1::uuid, $\(first)::bigint, $\(first + 1)::uuid, $\(first + 2)::uuid, $\(first + 3)::jsonb)
        ), \(insert.sql.dropFirst("WITH ".count))
        """
    }

    /// - Throws: where `isCapReached`, nothing was stored.
    func insert(
        _ record: OrderRecord, due: Timestamp, claim: IdempotencyClaim?, detail: [UInt8],
        counting share: CapShare? = nil
    ) async throws(PostgresError) {
        let view = record.view
        let attempt = record.attempt
        let shadow = record.shadow.map {
            [.int($0.revision), Value($0.decided), Value($0.account), .json($0.decision)]
        }
        let statement =
            switch (share == nil, shadow == nil) {
            case (true, true): Self.insert
            case (false, true): Self.insertCounted
            case (true, false): Self.insertShadowed
            case (false, false): Self.insertCountedShadowed
            }
        _ = try await database.query(
            statement,
            [
                Value(view.id), Value(view.merchant), Value(view.app), .text(view.referenceNumber),
                .text(view.method.rawValue), .int(view.amount.minor), .text(view.state.rawValue),
                Value(record.sealedCounterparty), Value(record.notifyURL), Value(view.redirectURL),
                Value(view.description), Value(json: view.metadata), .json(record.decision),
                Value(view.createdAt),
                Value(view.expiresAt), Value(due), .int(Int64(record.fence)), Value(attempt?.id),
                Value(attempt?.account), Value(attempt?.reference), Value(claim?.key),
                Value(claim?.fingerprint),
                .json(detail), Value(record.payBy), Value(attempt?.state.rawValue), Value(attempt?.reserved),
            ] + (share?.parameters ?? []) + (shadow ?? []))
    }

    // MARK: Moving an order

    /// Begins the next attempt of an order: committed before the first byte of it is sent.
    static let beginAttempt = Statement("order_begin_attempt", beginning())
    /// The same where the attempt counts against caps.
    static let beginCounted = Statement(
        "order_begin_counted",
        beginning(CapShare.taking("o", account: "$9::uuid", at: "$6::timestamptz", first: 16)))

    private static func beginning(_ counting: String = "") -> String {
        """
        WITH o AS (
            UPDATE orders SET state = $12::text::order_state, due_at = $4::timestamptz, fence = fence + 1, held = true,
                polls = 0, expires_at = COALESCE($5::timestamptz, expires_at), updated_at = $6::timestamptz,
                version = version + 1
            WHERE id = $1::uuid AND version = $2::bigint AND fence = $3::bigint
            RETURNING id, version, fence, method, amount
        ), a AS (
            INSERT INTO attempts (id, order_id, ordinal, account_id, reference, state, created_at, preparation, reserved)
            SELECT $7::uuid, o.id, $8::bigint, $9::uuid, $10::text, $13::text::attempt_state, $6::timestamptz,
                $14::bytea, $15::bigint FROM o
        ), e AS (
            INSERT INTO order_events (order_id, number, at, kind, actor, detail)
            SELECT o.id, o.version, $6::timestamptz, 'attempt_started', 'causeway', $11::jsonb FROM o
        )\(counting)
        SELECT version, fence FROM o
        """
    }

    /// Gives the order's new version and fence, or `nil` where somebody else was quicker.
    ///
    /// - Throws: where `isCapReached`, nothing was changed.
    func begin(
        _ attempt: AttemptRecord, of record: OrderRecord, as state: OrderState = .processing, due: Timestamp,
        expiresAt: Timestamp?, detail: [UInt8], counting share: CapShare? = nil
    ) async throws(PostgresError) -> (version: Int, fence: Int)? {
        let rows = try await database.query(
            share == nil ? Self.beginAttempt : Self.beginCounted,
            [
                Value(record.view.id), .int(Int64(record.view.version)), .int(Int64(record.fence)),
                Value(due),
                Value(expiresAt), Value(attempt.createdAt), Value(attempt.id), .int(Int64(attempt.ordinal)),
                Value(attempt.account), .text(attempt.reference), .json(detail), .text(state.rawValue),
                .text(attempt.state.rawValue), Value(attempt.sealedPreparation), Value(attempt.reserved),
            ] + (share?.parameters ?? []))
        guard let row = rows.first else { return nil }
        return (Int(try row.int("version")), Int(try row.int("fence")))
    }

    /// Puts the next question off, when nothing was learned.
    static let postpone = Statement(
        "order_postpone",
        """
        UPDATE orders SET due_at = $3::timestamptz, polls = $4::bigint, held = false
        WHERE id = $1::uuid AND fence = $2::bigint
        """)

    func postpone(_ record: OrderRecord, to due: Timestamp, polls: Int) async throws(PostgresError) {
        _ = try await database.query(
            Self.postpone,
            [Value(record.view.id), .int(Int64(record.fence)), Value(due), .int(Int64(polls))])
    }

    static let rest = Statement(
        "order_rest",
        "UPDATE orders SET due_at = NULL, held = false WHERE id = $1::uuid AND fence = $2::bigint")

    /// Nothing is due any more.
    func rest(_ record: OrderRecord) async throws(PostgresError) {
        _ = try await database.query(Self.rest, [Value(record.view.id), .int(Int64(record.fence))])
    }

    // MARK: Due work

    /// Takes orders that are due: moves them to the end of the lease and gives them the next fence. By an array of ids:
    /// of a join with them the planner might think, not knowing the limit, that it is worth reading all orders.
    static let claim = Statement(
        "order_claim",
        """
        WITH o AS (
            UPDATE orders SET fence = fence + 1, due_at = $2::timestamptz, held = true
            WHERE id = ANY (ARRAY(
                SELECT id FROM orders WHERE due_at <= $1::timestamptz ORDER BY due_at LIMIT $3::bigint
                FOR UPDATE SKIP LOCKED))
            RETURNING orders.*
        )
        SELECT \(OrderRecord.columns) FROM o \(OrderRecord.newestAttempt)
        """)

    func claim(now: Timestamp, until lease: Timestamp, limit: Int) async throws(PostgresError)
        -> [OrderRecord]
    {
        let rows = try await database.query(Self.claim, [Value(now), Value(lease), .int(Int64(limit))])
        var records: [OrderRecord] = []
        for row in rows {
            do throws(PostgresError) {
                records.append(try OrderRecord(row))
            } catch {
                // It must not keep the others from being worked on; it is tried again once its lease has ended.
                try await flagUnreadable(row.identifier("id"), at: now)
            }
        }
        return records
    }

    static let unreadable = Statement(
        "order_unreadable",
        """
        WITH o AS (
            UPDATE orders SET review = 'unreadable', updated_at = $2::timestamptz, version = version + 1
            WHERE id = $1::uuid AND review IS NULL RETURNING id, version
        )
        INSERT INTO order_events (order_id, number, at, kind, actor, detail)
        SELECT o.id, o.version, $2::timestamptz, 'review_raised', 'causeway', '{"review":"unreadable"}' FROM o
        """)

    /// Calls a person to an order that this program cannot read: of a newer version's method, say.
    private func flagUnreadable(_ id: Identifier, at now: Timestamp) async throws(PostgresError) {
        _ = try await database.query(Self.unreadable, [Value(id), Value(now)])
    }

    /// Takes one order that is as it was read, for a look that a caller asks for: not where somebody is looking already.
    static let claimOne = Statement(
        "order_claim_one",
        """
        WITH o AS (
            UPDATE orders SET fence = fence + 1, due_at = $2::timestamptz, held = true
            WHERE id = $1::uuid AND version = $3::bigint AND fence = $4::bigint
                AND (NOT held OR due_at <= $5::timestamptz) RETURNING orders.*
        )
        SELECT \(OrderRecord.columns) FROM o \(OrderRecord.newestAttempt)
        """)

    func claim(_ record: OrderRecord, now: Timestamp, until lease: Timestamp) async throws(PostgresError)
        -> OrderRecord?
    {
        let rows = try await database.query(
            Self.claimOne,
            [
                Value(record.view.id), Value(lease), .int(Int64(record.view.version)),
                .int(Int64(record.fence)), Value(now),
            ])
        guard let row = rows.first else { return nil }
        return try OrderRecord(row)
    }

    static let nextDue = Statement(
        "order_next_due", "SELECT due_at FROM orders WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")

    func nextDue() async throws(PostgresError) -> Timestamp? {
        try await database.query(Self.nextDue, []).first?.time("due_at")
    }

    // MARK: Idempotency

    static let idempotent = Statement(
        "idempotency_find",
        """
        SELECT fingerprint, order_id, status, body, created_at FROM idempotency_keys
        WHERE app_id = $1::uuid AND key = $2::text
        """)

    struct StoredAnswer {
        var fingerprint: [UInt8]
        var order: Identifier
        var answer: (status: Int, body: [UInt8])?
        var createdAt: Timestamp
    }

    func storedAnswer(for claim: IdempotencyClaim) async throws(PostgresError) -> StoredAnswer? {
        let rows = try await database.query(Self.idempotent, [Value(claim.app), .text(claim.key)])
        guard let row = rows.first else { return nil }
        var answer: (status: Int, body: [UInt8])?
        if let status = try row.intIfPresent("status"), let body = try row.bytesIfPresent("body") {
            answer = (Int(status), body)
        }
        return StoredAnswer(
            fingerprint: try row.bytes("fingerprint"), order: try row.identifier("order_id"), answer: answer,
            createdAt: try row.time("created_at"))
    }

    static let remember = Statement(
        "idempotency_remember",
        """
        UPDATE idempotency_keys SET status = $3::bigint, body = $4::bytea
        WHERE app_id = $1::uuid AND key = $2::text AND status IS NULL
        """)

    static let forgetAnswers = Statement(
        "idempotency_forget",
        """
        DELETE FROM idempotency_keys WHERE (app_id, key) IN (
            SELECT app_id, key FROM idempotency_keys WHERE created_at < $1::timestamptz
            ORDER BY created_at LIMIT 1000)
        """)

    /// Forgets the answers of calls before a moment, a thousand at a time.
    func forgetAnswers(before time: Timestamp) async throws(PostgresError) {
        _ = try await database.query(Self.forgetAnswers, [Value(time)])
    }

    func remember(_ claim: IdempotencyClaim, status: Int, body: [UInt8]) async throws(PostgresError) {
        _ = try await database.query(
            Self.remember, [Value(claim.app), .text(claim.key), .int(Int64(status)), .bytes(body)])
    }
}
