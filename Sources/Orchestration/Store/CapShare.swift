internal import Core
internal import Postgres
internal import Routing

/// What an attempt takes of its account's caps: one place for each period, where a cap counts in it.
struct CapShare: Sendable {
    let account: Identifier
    let method: PaymentMethod
    /// By when the attempt was committed.
    let places: [Cap.Period: Place]

    /// A period and its cap.
    struct Place: Sendable {
        let startsAt: Timestamp
        var amount: Int64?
        var payments: Int64?
    }

    /// Takes it in the statement that commits an attempt, from `order`, its CTE with `method` and `amount`. Every statement
    /// takes the day before the month, and nothing after them: none waits for another in a circle.
    ///
    /// - Parameters:
    ///   - account, time: SQL.
    ///   - first: the number of the first of six parameters.
    ///   - condition: what must have been written before.
    static func taking(
        _ order: String, account: String, at time: String, first: Int, after condition: String = "true"
    ) -> String {
        let places = Cap.Period.allCases.enumerated().map { index, period in
            let place = first + 3 * index
            return
                "('\(period.rawValue)', $\(place)::timestamptz, $\(place + 1)::bigint, $\(place + 2)::bigint)"
        }
        return """
            , u AS (
                INSERT INTO cap_usage AS c (account_id, method, period, starts_at, amount, payments, amount_cap,
                    payments_cap, made_at)
                SELECT \(account), \(order).method, p.period, p.starts_at, \(order).amount, 1, p.amount_cap,
                    p.payments_cap, \(time)
                FROM \(order), (VALUES \(places.joined(separator: ", "))) p (period, starts_at, amount_cap, payments_cap)
                WHERE p.starts_at IS NOT NULL AND \(condition)
                ON CONFLICT (account_id, method, period, starts_at) DO UPDATE SET amount = c.amount + excluded.amount,
                    payments = c.payments + 1, amount_cap = excluded.amount_cap, payments_cap = excluded.payments_cap
            )
            """
    }

    /// The six parameters.
    var parameters: [Value] {
        Cap.Period.allCases.flatMap { period in
            let place = places[period]
            return [Value(place?.startsAt), Value(place?.amount), Value(place?.payments)]
        }
    }

    /// Gives it back, or takes it in any case, in the statement that writes what became of an attempt. What moved is counted
    /// beyond the cap, too: the next commit meets the cap again.
    ///
    /// - Parameter first: the number of the first of four parameters: account, sign, and the beginnings of both periods.
    static func changing(_ order: String, first: Int) -> String {
        let starts =
            "CASE c.period WHEN 'day' THEN $\(first + 2)::timestamptz ELSE $\(first + 3)::timestamptz END"
        return """
            , h AS (
                SELECT c.period FROM cap_usage c, \(order)
                WHERE c.account_id = $\(first)::uuid AND c.method = \(order).method AND c.starts_at = \(starts)
                ORDER BY c.period FOR UPDATE OF c
            ), u AS (
                UPDATE cap_usage c SET amount = c.amount + $\(first + 1)::bigint * \(order).amount,
                    payments = c.payments + $\(first + 1)::bigint,
                    amount_cap = CASE WHEN $\(first + 1)::bigint < 0 THEN c.amount_cap END,
                    payments_cap = CASE WHEN $\(first + 1)::bigint < 0 THEN c.payments_cap END
                FROM h, \(order)
                WHERE c.account_id = $\(first)::uuid AND c.method = \(order).method AND c.period = h.period
                    AND c.starts_at = \(starts)
            )
            """
    }

    /// The four parameters.
    func parameters(sign: Int64) -> [Value] {
        [Value(account), .int(sign)] + Cap.Period.allCases.map { Value(places[$0]?.startsAt) }
    }
}

extension PostgresError {
    /// A cap has no room for the attempt: nothing was committed.
    var isCapReached: Bool { constraint == "cap_usage_within" }
}
