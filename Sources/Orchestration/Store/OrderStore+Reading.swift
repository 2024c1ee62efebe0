internal import Core
internal import Postgres

extension OrderStore {
    static let byID = Statement(
        "order_by_id",
        """
        SELECT \(OrderRecord.columns) FROM orders o \(OrderRecord.newestAttempt)
        WHERE o.id = $1::uuid AND ($2::uuid IS NULL OR o.merchant_id = $2::uuid)
        """)

    /// An order, if it is this merchant's; any merchant's for an operator.
    func order(_ id: Identifier, merchant: Identifier?) async throws(PostgresError) -> OrderRecord? {
        guard let row = try await database.query(Self.byID, [Value(id), Value(merchant)]).first else {
            return nil
        }
        return try OrderRecord(row)
    }

    static let idByReference = Statement(
        "order_id_by_reference",
        "SELECT id FROM orders WHERE merchant_id = $1::uuid AND reference_number = $2::text")

    func id(ofReference reference: String, merchant: Identifier) async throws(PostgresError) -> Identifier? {
        try await database.query(Self.idByReference, [Value(merchant), .text(reference)]).first?.identifier(
            "id")
    }

    /// By an attempt's reference, which need not be the order's newest attempt: a late callback may speak of an
    /// earlier one.
    static let byAttempt = Statement(
        "order_by_attempt",
        """
        SELECT \(OrderRecord.columns),
            a.ordinal = (SELECT max(ordinal) FROM attempts n WHERE n.order_id = o.id) AS is_newest,
            EXISTS (SELECT 1 FROM provider_callbacks c
                WHERE c.account_id = $2::uuid AND c.digest = $3::bytea) AS seen
        FROM attempts a JOIN orders o ON o.id = a.order_id WHERE a.reference = $1::text
        """)

    struct Addressee: Sendable {
        var record: OrderRecord
        var isNewest: Bool
        /// The very same callback was committed before.
        var isRepeat: Bool
    }

    func addressee(
        ofReference reference: String, account: Identifier, digest: [UInt8]
    ) async throws(PostgresError) -> Addressee? {
        let rows = try await database.query(
            Self.byAttempt, [.text(reference), Value(account), .bytes(digest)])
        guard let row = rows.first else { return nil }
        return Addressee(
            record: try OrderRecord(row), isNewest: try row.bool("is_newest"), isRepeat: try row.bool("seen"))
    }

    static let byProviderReference = Statement(
        "orders_by_provider_reference",
        """
        SELECT DISTINCT order_id FROM attempts
        WHERE provider_reference = $1::text AND account_id = $2::uuid LIMIT 10
        """)

    /// Those that hold a provider's number of a payment: at most one, unless the provider gave it twice.
    func orders(
        ofProviderReference reference: String, account: Identifier
    ) async throws(PostgresError) -> [Identifier] {
        try await database.query(Self.byProviderReference, [.text(reference), Value(account)])
            .map { row throws(PostgresError) in try row.identifier("order_id") }
    }

    static let keepCallback = Statement(
        "callback_keep",
        """
        INSERT INTO provider_callbacks (account_id, digest, received_at, order_id, reference, sealed_body)
        VALUES ($1::uuid, $2::bytea, $3::timestamptz, $4::uuid, $5::text, $6::bytea)
        ON CONFLICT (account_id, digest) DO NOTHING
        """)

    /// Keeps a verified callback that changes no order.
    func keep(_ evidence: CallbackEvidence, of order: Identifier?, at time: Timestamp)
        async throws(PostgresError)
    {
        _ = try await database.query(
            Self.keepCallback,
            [
                Value(evidence.account), .bytes(evidence.digest), Value(time), Value(order),
                .text(evidence.reference), .bytes(evidence.sealedBody),
            ])
    }

    static let attemptsOf = Statement(
        "order_attempts_of",
        """
        SELECT ordinal, account_id, state::text AS state, reason, created_at FROM attempts
        WHERE order_id = $1::uuid ORDER BY ordinal LIMIT 100
        """)

    /// What each attempt of an order came to, in order.
    func attempts(of id: Identifier) async throws(PostgresError) -> [AttemptSummary] {
        try await database.query(Self.attemptsOf, [Value(id)]).map { row throws(PostgresError) in
            AttemptSummary(
                ordinal: Int(try row.int("ordinal")), account: try row.identifier("account_id"),
                state: try row.text("state"), reason: try row.textIfPresent("reason"),
                createdAt: try row.time("created_at"))
        }
    }

    static let events = Statement(
        "order_events_of",
        """
        SELECT number, at, kind, actor, detail FROM order_events WHERE order_id = $1::uuid
        ORDER BY number LIMIT 1000
        """)

    func events(of id: Identifier) async throws(PostgresError) -> [OrderEvent] {
        try await database.query(Self.events, [Value(id)]).map { row throws(PostgresError) in
            OrderEvent(
                number: Int(try row.int("number")), at: try row.time("at"), kind: try row.text("kind"),
                actor: try row.text("actor"), detail: try row.json("detail"))
        }
    }
}

/// An attempt, as far as its end goes.
struct AttemptSummary: Sendable {
    var ordinal: Int
    var account: Identifier
    var state: String
    var reason: String?
    var createdAt: Timestamp
}
