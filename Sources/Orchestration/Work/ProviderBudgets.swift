internal import Core
internal import Synchronization

/// How many requests this process makes of each account in a minute: evenly spread, with a little in hand for bursts.
public final class ProviderBudgets: Sendable {
    private struct Budget {
        /// When the next request may go, were all made one after another (the generic cell rate algorithm).
        var next: Timestamp
        /// The provider has asked for quiet until then.
        var quietUntil: Timestamp
        var refusals = 0
    }

    private let budgets = Mutex<[Identifier: Budget]>([:])
    private let oneByOne = Mutex<[Identifier: Timestamp]>([:])

    /// How long an account that may not ask about several attempts at once does not try again.
    private static let oneByOneTime: Duration = .seconds(3600)

    /// Requests in hand after a quiet while.
    private static let burst = 10

    /// Nothing was asked yet.
    public init() {}

    /// Takes a place for one request; gives how long to wait for it, or `nil` where that is longer than `most`: then nothing
    /// was taken.
    func take(_ account: Identifier, perMinute: Int?, now: Timestamp, waitingAtMost most: Duration)
        -> Duration?
    {
        budgets.withLock { budgets in
            guard perMinute != nil || budgets[account] != nil else { return .zero }
            var budget = budgets[account] ?? Budget(next: now, quietUntil: now)
            var at = max(now, budget.quietUntil)
            if let perMinute {
                let interval = Duration.microseconds(60_000_000 / Int64(max(1, perMinute)))
                let allowance = interval * Self.burst
                at = max(at, budget.next + (.zero - allowance))
                guard at - now <= most else { return nil }
                budget.next = max(budget.next, at) + interval
            }
            guard at - now <= most else { return nil }
            budgets[account] = budget
            return at - now
        }
    }

    /// The provider answered that there were too many: silence, longer each time in a row. Requests that were under way
    /// together are one time.
    func tooMany(_ account: Identifier, sentAt: Timestamp, now: Timestamp) {
        budgets.withLock { budgets in
            var budget = budgets[account] ?? Budget(next: now, quietUntil: sentAt)
            guard sentAt >= budget.quietUntil else { return }
            budget.refusals += 1
            budget.quietUntil = max(budget.quietUntil, now + .seconds(1 << min(budget.refusals, 6)))
            budgets[account] = budget
        }
    }

    /// It answered otherwise.
    func fine(_ account: Identifier) {
        budgets.withLock { budgets in
            if budgets[account]?.refusals != nil { budgets[account]?.refusals = 0 }
        }
    }

    /// Whether the account may be asked about several attempts at once, as far as is known.
    func mayAskInBulk(_ account: Identifier, now: Timestamp) -> Bool {
        oneByOne.withLock { $0[account].map { now >= $0 } ?? true }
    }

    /// The provider does not let the account do that.
    func bulkRefused(_ account: Identifier, now: Timestamp) {
        oneByOne.withLock { $0[account] = now + Self.oneByOneTime }
    }
}
