internal import Core
internal import Postgres
internal import Routing

/// What accounts have taken in the days and months that have caps.
struct CapStore: Sendable {
    let database: PostgresPool

    /// The time for counting a month's attempts: it happens when a cap is made, and beside the payments.
    private static let countingTime: Duration = .seconds(30)

    static let current = Statement(
        "cap_usage_current",
        """
        SELECT account_id, method, period, starts_at, amount, payments, made_at, is_checked FROM cap_usage
        WHERE account_id = ANY ($1::uuid[])
            AND starts_at > $2::timestamptz - CASE period WHEN 'day' THEN interval '1 day' ELSE interval '31 days' END
        """)

    /// The periods that a moment is in; ones of a month that was shorter may be among them.
    func usage(of accounts: [Identifier], at now: Timestamp) async throws(PostgresError) -> [CapKey: CapUsage]
    {
        let ids = Value.uuidArray(accounts.map { (high: $0.high, low: $0.low) })
        var usage: [CapKey: CapUsage] = [:]
        for row in try await database.query(Self.current, [ids, Value(now)]) {
            guard let method = PaymentMethod(rawValue: try row.text("method")),
                let period = Cap.Period(rawValue: try row.text("period"))
            else { continue }
            let key = CapKey(
                account: try row.identifier("account_id"), method: method, period: period,
                startsAt: try row.time("starts_at"))
            usage[key] = CapUsage(
                amount: try row.int("amount"), payments: try row.int("payments"),
                madeAt: try row.time("made_at"), isChecked: try row.bool("is_checked"))
        }
        return usage
    }

    /// What the attempts of a period come to. By their ids, which hold their time: no index of its own that every
    /// payment would have to pay for.
    private static let counted = """
        SELECT COALESCE(sum(o.amount), 0)::bigint, count(*) FROM attempts a JOIN orders o ON o.id = a.order_id
        WHERE a.account_id = $1::uuid AND o.method = $2::text AND a.id >= $5::uuid AND a.id < $6::uuid
            AND a.state NOT IN ('rejected', 'failed', 'expired')
        """

    static let make = Statement(
        "cap_usage_make",
        """
        INSERT INTO cap_usage (account_id, method, period, starts_at, made_at, amount, payments)
        SELECT $1::uuid, $2::text, $3::text, $4::timestamptz, $7::timestamptz, n.* FROM (\(counted)) n
        ON CONFLICT DO NOTHING
        """)

    /// Makes the row of a period, beginning with what was taken before there was a cap.
    func make(_ key: CapKey, until end: Timestamp, at now: Timestamp) async throws(PostgresError) {
        _ = try await database.query(
            Self.make, key.parameters(until: end) + [Value(now)], deadline: Self.countingTime)
    }

    static let hold = Statement(
        "cap_usage_hold",
        """
        SELECT 1 AS one FROM cap_usage WHERE account_id = $1::uuid AND method = $2::text AND period = $3::text
            AND starts_at = $4::timestamptz AND NOT is_checked FOR UPDATE
        """)

    static let recount = Statement(
        "cap_usage_recount",
        """
        UPDATE cap_usage SET (amount, payments) = (\(counted)), amount_cap = NULL, payments_cap = NULL, is_checked = true
        WHERE account_id = $1::uuid AND method = $2::text AND period = $3::text AND starts_at = $4::timestamptz
        """)

    /// Counts a period anew. While the row is held nothing that counts in it is committed, so that what is read then is exact;
    /// nothing where it was done before.
    func recount(_ key: CapKey, until end: Timestamp) async throws {
        try await database.transaction(deadline: Self.countingTime) { transaction in
            let parameters = key.parameters(until: end)
            let held = try await transaction.query(Self.hold, Array(parameters.prefix(4)), deadline: nil)
            if !held.isEmpty { _ = try await transaction.query(Self.recount, parameters, deadline: nil) }
        }
    }
}

extension CapKey {
    fileprivate func parameters(until end: Timestamp) -> [Value] {
        [
            Value(account), .text(method.rawValue), .text(period.rawValue), Value(startsAt),
            Value(Self.firstIdentifier(at: startsAt)), Value(Self.firstIdentifier(at: end)),
        ]
    }

    private static func firstIdentifier(at time: Timestamp) -> Identifier {
        Identifier(high: UInt64(bitPattern: time.milliseconds) << 16, low: 0)
    }
}
