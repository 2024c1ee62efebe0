internal import Connectors
public import Core
internal import Postgres
internal import Reactor
public import Routing

/// How the installation is doing, as far as this process can tell.
public struct HealthReport: Sendable {
    /// Up: everything works. Degraded: payments go through, and somebody should look. Down: payments do not go through.
    public enum Status: String, Sendable {
        /// Everything works.
        case up
        /// Payments go through, and somebody should look.
        case degraded
        /// Payments do not go through.
        case down
    }

    /// One provider account.
    public struct Account: Sendable {
        /// Which.
        public let id: Identifier
        /// What configuration calls it.
        public let name: String
        /// Its connector.
        public let connector: String
        /// Whether routing may choose it.
        public let isEnabled: Bool
        /// How it is doing; `nil`: it was not looked at yet.
        public let status: Status?
        /// What is wrong, for an operator.
        public let problem: String?
        /// When it last gave a usable answer.
        public let lastSuccess: Timestamp?
        /// When it was last looked at.
        public let checkedAt: Timestamp?
        /// The share of failed calls among this process's recent ones; `nil`: none yet.
        public let errorRate: Double?
        /// Milliseconds, this process's recent calls: the median and the 99th percentile.
        public let latencyP50: Int?
        /// See `latencyP50`.
        public let latencyP99: Int?
        /// What may be paid out, as last told.
        public let balance: Money?
        /// When that was.
        public let balanceAt: Timestamp?
        /// What payouts on the way take of it.
        public let reserved: Money?
        /// Below this it is to be topped up.
        public let lowBalance: Money?
        /// Until when it is out of use by plan, and why; `nil`: it is in use.
        public let maintenance: Maintenance.Current?
        /// What was taken of its caps in the periods that now is in.
        public let caps: [CapReport]
        /// Of each of its methods.
        public var breakers: [BreakerReport] = []
    }

    /// A cap, and what was taken of it.
    public struct CapReport: Sendable {
        /// What may be taken.
        public let cap: Cap
        /// When the period began.
        public let startsAt: Timestamp
        /// In the method's currency.
        public let amount: Money
        /// How many.
        public let payments: Int64
    }

    /// Due work and what waits for a person, in all processes.
    public struct Work: Sendable {
        /// Orders that are due now; counted up to 10,000.
        public let due: Int
        /// Since when the oldest of them is due.
        public let oldestDueAt: Timestamp?
        /// Orders that a person must look at; counted up to 10,000.
        public let inReview: Int
        /// Verified callbacks that fit no order; counted up to 10,000.
        public let unmatchedCallbacks: Int
    }

    /// Whether the database answers, and how quickly.
    public let isDatabaseReachable: Bool
    /// Milliseconds of the question above.
    public let databaseLatency: Int?
    /// `nil` when the database does not answer.
    public let work: Work?
    /// Whether due work has waited for long.
    public let isBehind: Bool
    /// Every account.
    public let accounts: [Account]
    /// Whether merchants, apps and accounts are as the database last told; if not, older ones stay in force.
    public let isDirectoryCurrent: Bool
    /// Accounts whose configuration does not work, with the reason.
    public let unusableAccounts: [UnusableAccount]

    /// The whole: down without the database; degraded where somebody should look.
    public var status: Status {
        guard isDatabaseReachable else { return .down }
        let isTroubled = accounts.contains { $0.isEnabled && $0.status == .degraded }
        return isBehind || isTroubled || !isDirectoryCurrent || !unusableAccounts.isEmpty ? .degraded : .up
    }
}

extension Engine {
    /// Due work that is older than this is a sign of trouble.
    private static let backlogAge: Duration = .seconds(60)
    /// An account that payments might have tried for so long is one that nobody needs.
    private static let untriedAge: Duration = .seconds(600)
    private static let questionDeadline: Duration = .seconds(1)

    private static let workCounts = Statement(
        "health_work",
        """
        SELECT (SELECT count(*) FROM (SELECT 1 FROM orders WHERE due_at <= $1::timestamptz LIMIT 10000) d) AS due,
            (SELECT due_at FROM orders WHERE due_at <= $1::timestamptz ORDER BY due_at LIMIT 1) AS oldest,
            (SELECT count(*) FROM (SELECT 1 FROM orders WHERE review IS NOT NULL LIMIT 10000) r) AS in_review,
            (SELECT count(*) FROM (SELECT 1 FROM provider_callbacks WHERE order_id IS NULL
                AND received_at > $1::timestamptz - interval '7 days' LIMIT 10000) c) AS unmatched
        """)

    /// Asks and counts; takes at most some two seconds, and never fails.
    public func health() async -> HealthReport {
        let began = clock.now()
        let work = try? await workCounts(at: began)
        let latency = (clock.now() - began).milliseconds
        let statuses =
            work == nil ? nil : try? await AccountStatusStore(database: database).all()
        let directory = self.directory.current
        let meters = self.meters.snapshot()
        let accounts = directory.accounts.map { account in
            report(account, statuses?[account.id], meters[account.id])
        }
        return HealthReport(
            isDatabaseReachable: work != nil, databaseLatency: work.map { _ in Int(latency) }, work: work,
            isBehind: work?.oldestDueAt.map { clock.now() - $0 > Self.backlogAge } ?? false,
            accounts: accounts, isDirectoryCurrent: self.directory.problem == nil,
            unusableAccounts: directory.unusableAccounts)
    }

    /// Whether the database answers within its deadline.
    public func isReady() async -> Bool { (try? await workCounts(at: clock.now())) != nil }

    private func workCounts(at now: Timestamp) async throws(PostgresError) -> HealthReport.Work {
        let rows = try await database.query(Self.workCounts, [Value(now)], deadline: Self.questionDeadline)
        guard let row = rows.first else { throw .undecodable("a count gave no row") }
        return HealthReport.Work(
            due: Int(try row.int("due")), oldestDueAt: try row.timeIfPresent("oldest"),
            inReview: Int(try row.int("in_review")), unmatchedCallbacks: Int(try row.int("unmatched")))
    }

    private func report(
        _ account: ProviderAccount, _ seen: AccountStatus?, _ meter: ProviderMeters.Meter?
    ) -> HealthReport.Account {
        let money = { (minor: Int64?) in
            minor.flatMap { minor in account.balanceCurrency.map { Money(minor: minor, $0) } }
        }
        let balance = money(seen?.balanceMinor)
        let low = Self.warning(of: balance, below: account.limits.lowBalance)
        let looked = seen?.checkedAt.map { _ in
            seen?.problem == nil && low == nil ? HealthReport.Status.up : .degraded
        }
        let failing = (meter?.errorRate ?? 0) >= 0.5
        let breakers = breakers(of: account)
        let isKeptOut = breakers.contains { $0.isTrouble(at: clock.now(), untriedFor: Self.untriedAge) }
        return HealthReport.Account(
            id: account.id, name: account.name, connector: account.descriptor.id,
            isEnabled: account.isEnabled,
            status: failing || isKeptOut ? .degraded : looked,
            problem: seen?.problem ?? (failing ? meter?.lastProblem : nil) ?? low,
            lastSuccess: [seen?.lastSuccessAt, meter?.lastSuccess].compactMap(\.self).max(),
            checkedAt: seen?.checkedAt, errorRate: meter?.errorRate, latencyP50: meter?.latency(0.5),
            latencyP99: meter?.latency(0.99),
            balance: balance, balanceAt: seen?.balanceAt,
            reserved: money(funds.balances.known(of: account.id)?.reserved),
            lowBalance: account.limits.lowBalance,
            maintenance: account.limits.maintenance.current(at: clock.now()), caps: caps(of: account),
            breakers: breakers)
    }

    private static func warning(of balance: Money?, below least: Money?) -> String? {
        guard let balance, let least, balance.currency == least.currency, balance.minor < least.minor else {
            return nil
        }
        let currency = least.currency.code
        return
            "the balance of \(balance.decimal) \(currency) is below \(least.decimal) \(currency): top it up"
    }

    private func caps(of account: ProviderAccount) -> [HealthReport.CapReport] {
        account.limits.caps.map { cap in
            let key = account.key(cap, at: clock.now())
            let usage = funds.caps.usage(key)
            return HealthReport.CapReport(
                cap: cap, startsAt: key.startsAt,
                amount: Money(minor: usage?.amount ?? 0, cap.method.currency), payments: usage?.payments ?? 0)
        }
    }
}
