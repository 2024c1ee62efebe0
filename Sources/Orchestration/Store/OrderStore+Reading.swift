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

    // MARK: Lists

    /// Ids hold their time, so every range of ids or of time is one range of an index; what else is asked for is
    /// filtered on the way.
    private static func list(_ order: String, from source: String = "orders", where condition: String)
        -> String
    {
        """
        SELECT \(OrderRecord.columns) FROM (
            SELECT * FROM \(source)
            WHERE \(condition) AND id > $2::uuid AND id < $3::uuid
                AND ($5::text IS NULL OR state = $5::text::order_state)
                AND ($6::text IS NULL OR left(method, 3) = $6::text) AND ($7::text IS NULL OR method = $7::text)
                AND ($8::text IS NULL OR reference_number = $8::text)
            ORDER BY id \(order) LIMIT $4::bigint
        ) o \(OrderRecord.newestAttempt) ORDER BY o.id \(order)
        """
    }

    static let listBackwards = Statement(
        "order_list_backwards", list("DESC", where: "merchant_id = $1::uuid"))
    static let listForwards = Statement("order_list_forwards", list("ASC", where: "merchant_id = $1::uuid"))
    /// One or none, by the index of reference numbers. `OFFSET 0` keeps the rest of the conditions apart: the planner,
    /// not knowing how wide the range of ids is, would rather walk all orders of the merchant.
    static let listByReference = Statement(
        "order_list_by_reference",
        list(
            "DESC",
            from:
                "(SELECT * FROM orders WHERE merchant_id = $1::uuid AND reference_number = $8::text OFFSET 0) r",
            where: "true"))
    /// By the index of states: a rare one is found without walking past all the others.
    static let stateBackwards = Statement(
        "order_list_state_backwards",
        list("DESC", where: "merchant_id = $1::uuid AND state = $5::text::order_state"))
    static let stateForwards = Statement(
        "order_list_state_forwards",
        list("ASC", where: "merchant_id = $1::uuid AND state = $5::text::order_state"))
    static let reviewBackwards = Statement(
        "order_review_backwards",
        list("DESC", where: "($1::uuid IS NULL OR merchant_id = $1::uuid) AND review IS NOT NULL"))
    static let anyBackwards = Statement(
        "order_any_backwards", list("DESC", where: "($1::uuid IS NULL OR merchant_id = $1::uuid)"))

    /// In the direction of travel: at most the limit, and whether there are more. What this program cannot read is left
    /// out: `review` tells of it.
    func list(_ query: OrderQuery) async throws(PostgresError) -> (records: [OrderRecord], hasMore: Bool) {
        let statement = Self.statement(for: query)
        let range = query.identifierRange
        let rows = try await database.query(
            statement,
            [
                Value(query.merchant), Value(range.after), Value(range.before), .int(Int64(query.limit + 1)),
                Value(query.state?.rawValue), Value(query.currency?.code), Value(query.method?.rawValue),
                Value(query.referenceNumber),
            ])
        return (rows.prefix(query.limit).compactMap { try? OrderRecord($0) }, rows.count > query.limit)
    }

    /// The statement whose index leads to what is asked for.
    private static func statement(for query: OrderQuery) -> Statement {
        if query.inReview { return reviewBackwards }
        if query.merchant == nil { return anyBackwards }
        if query.referenceNumber != nil { return listByReference }
        switch (query.state != nil, query.endingBefore != nil) {
        case (true, true): return stateForwards
        case (true, false): return stateBackwards
        case (false, true): return listForwards
        case (false, false): return listBackwards
        }
    }
}

extension OrderQuery {
    /// The open range of ids that the cursors and the times leave.
    var identifierRange: (after: Identifier, before: Identifier) {
        var after = Identifier(high: 0, low: 0)
        var before = Identifier(high: .max, low: .max)
        if let from {
            after = max(after, Identifier(from: from))
        }
        if let to {
            before = min(before, Identifier(from: to))
        }
        if let startingAfter { before = min(before, startingAfter) }
        if let endingBefore { after = max(after, endingBefore) }
        return (after, before)
    }
}

extension Identifier {
    /// Before every id that is made in a moment's millisecond or later, after all the others.
    init(from time: Timestamp) {
        self.init(high: UInt64(bitPattern: time.milliseconds) << 16, low: 0)
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
