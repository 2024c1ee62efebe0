internal import Core
internal import Postgres

/// Lists of orders. Ids hold their time, so every range of ids or of time is one range of an index, and whatever else is asked for
/// is one too: no list walks past orders that are not in it, however many there are.
extension OrderStore {
    /// What leads to the orders of a list.
    enum ListPath: Int, CaseIterable {
        /// Their ids alone.
        case all
        /// Their merchant.
        case merchant
        /// Their merchant, method and state: as many short ranges as there are of them together.
        case kind
        /// Their merchant and reference number.
        case reference
        /// That they are in review.
        case review

        /// The one for a query.
        init(_ query: OrderQuery) {
            if query.inReview {
                self = .review
            } else if query.referenceNumber != nil {
                self = .reference
            } else if query.state != nil || query.method != nil || query.currency != nil {
                self = .kind
            } else {
                self = query.merchant == nil ? .all : .merchant
            }
        }

        /// How many of the parameters it takes.
        fileprivate var parameterCount: Int {
            switch self {
            case .all: 3
            case .merchant: 4
            case .kind: 6
            case .reference, .review: 7
            }
        }

        fileprivate func ids(_ order: String) -> String {
            let range = "id > $1::uuid AND id < $2::uuid"
            let page = "ORDER BY id \(order) LIMIT $3::bigint"
            let merchants = "unnest(COALESCE($4::uuid[], ARRAY(SELECT id FROM merchants))) m"
            let kinds = "method = ANY ($5::text[]) AND state = ANY ($6::text[]::order_state[])"
            switch self {
            case .all:
                return "SELECT id FROM orders WHERE \(range) \(page)"
            case .merchant:
                return "SELECT id FROM orders WHERE merchant_id = ($4::uuid[])[1] AND \(range) \(page)"
            case .kind:
                // As rows and not column by column: to the planner only the index of all four has this order, and it does not
                // think of walking all orders by id.
                let key = "(merchant_id, method, state, id)"
                let keys = ["merchant_id", "method", "state", "id"].map { "\($0) \(order)" }.joined(
                    separator: ", ")
                return """
                    SELECT k.id FROM \(merchants), unnest($5::text[]) p, unnest($6::text[]::order_state[]) s, LATERAL (
                        SELECT id FROM orders WHERE \(key) > (m, p, s, $1::uuid) AND \(key) < (m, p, s, $2::uuid)
                        ORDER BY \(keys) LIMIT $3::bigint
                    ) k \(page)
                    """
            case .reference:
                // `OFFSET 0` keeps the other conditions apart: the planner, not knowing how wide the range of ids is, would
                // rather walk all orders of the merchant.
                return """
                    SELECT k.id FROM \(merchants), LATERAL (
                        SELECT id, method, state FROM orders WHERE merchant_id = m AND reference_number = $7::text OFFSET 0
                    ) k WHERE \(range) AND \(kinds) \(page)
                    """
            case .review:
                return """
                    SELECT id FROM orders WHERE review IS NOT NULL AND ($4::uuid[] IS NULL OR merchant_id = ANY ($4::uuid[]))
                        AND ($7::text IS NULL OR reference_number = $7::text) AND \(range) AND \(kinds) \(page)
                    """
            }
        }

        /// Newest first, or oldest first. The orders are looked up one by one: of a join the planner might think, not knowing the
        /// limit, that it is worth reading all of them.
        fileprivate func statement(isForwards: Bool) -> Statement {
            let order = isForwards ? "ASC" : "DESC"
            return Statement(
                "order_list",
                """
                SELECT \(OrderRecord.columns) FROM (
                    \(ids(order))
                ) f JOIN LATERAL (SELECT * FROM orders WHERE orders.id = f.id LIMIT 1) o ON true
                \(OrderRecord.newestAttempt) ORDER BY o.id \(order)
                """)
        }
    }

    /// In the order of the paths.
    static let listsBackwards = ListPath.allCases.map { $0.statement(isForwards: false) }
    static let listsForwards = ListPath.allCases.map { $0.statement(isForwards: true) }

    /// At most the limit, newest first, and whether there are more in the direction of travel. What this program cannot read is
    /// left out: `review` tells of it.
    func list(_ query: OrderQuery) async throws(PostgresError) -> (records: [OrderRecord], hasMore: Bool) {
        let path = ListPath(query)
        let isForwards = query.endingBefore != nil
        let statement = (isForwards ? Self.listsForwards : Self.listsBackwards)[path.rawValue]
        let range = query.identifierRange
        let merchants = query.merchant.map { [(high: $0.high, low: $0.low)] }
        let parameters: [Value] = [
            Value(range.after), Value(range.before), .int(Int64(query.limit + 1)),
            merchants.map(Value.uuidArray) ?? .null, .textArray(query.methods.map(\.rawValue)),
            .textArray((query.state.map { [$0] } ?? OrderState.allCases).map(\.rawValue)),
            Value(query.referenceNumber),
        ]
        let rows = try await database.query(statement, Array(parameters.prefix(path.parameterCount)))
        let records = rows.prefix(query.limit).compactMap { try? OrderRecord($0) }
        return (isForwards ? records.reversed() : records, rows.count > query.limit)
    }
}

extension OrderQuery {
    /// Those that may be asked for.
    fileprivate var methods: [PaymentMethod] {
        PaymentMethod.allCases.filter { candidate in
            (method.map { $0 == candidate } ?? true) && (currency.map { $0 == candidate.currency } ?? true)
        }
    }

    /// The open range of ids that the cursors and the times leave.
    fileprivate var identifierRange: (after: Identifier, before: Identifier) {
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
