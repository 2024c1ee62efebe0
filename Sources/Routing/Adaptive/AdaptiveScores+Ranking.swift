public import Core

/// An account that may take a payment, with what it would cost there.
public struct AdaptiveCandidate: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// In minor units; what an attempt there costs.
    public let cost: Int64

    /// A candidate.
    public init(account: Identifier, cost: Int64) {
        self.account = account
        self.cost = cost
    }
}

/// The candidates in the order in which they are to be tried, with why.
public struct AdaptiveRanking: Sendable, Hashable {
    /// Why the first one is first.
    public enum Reason: String, Sendable, Hashable {
        /// Its plan has the greatest expected value.
        case greatestValue = "greatest_value"
        /// It might be better than it seems, and little is lost by looking.
        case exploration
        /// It was down, and it is time to ask whether it still is.
        case probe
    }

    /// One account's score with its parts.
    public struct Entry: Sendable, Hashable {
        /// Which.
        public let account: Identifier
        /// The probability that the payment succeeds there, within [0.02, 0.98].
        public let success: Double
        /// The attempts that the estimate is worth, the prior's among them.
        public let weight: Double
        /// The greatest probability that the evidence still allows.
        public let upper: Double
        /// In minor units, as the caller gave it.
        public let cost: Int64
        /// `success × value − cost`, in minor units.
        public let expectedValue: Double
        /// Whether it is thought to be out of order, for all banks or for this one.
        public let isDown: Bool
    }

    /// Why the first is first.
    public let reason: Reason
    /// In the order in which they are to be tried.
    public let entries: [Entry]
}

extension AdaptiveScores {
    /// Puts the candidates in order for a payment that is worth `value` minor units to us if it succeeds.
    ///
    /// The same evidence, candidates and seed give the same answer. It changes nothing but this process's count of
    /// decisions, by which probes are paced: rank a copy to ask without effect.
    public mutating func rank(
        _ candidates: [AdaptiveCandidate], for method: PaymentMethod, bank: String? = nil, value: Int64,
        attempts: Int = 1, seed: UInt64
    ) -> AdaptiveRanking {
        var pool = pools.removeValue(forKey: method) ?? Pool()
        var banks = bank.flatMap { pool.banks.removeValue(forKey: $0) }
        var ranker = Ranker(
            candidates, in: pool, banks: banks, value: Double(value), attempts: max(1, attempts), settings)
        pool.accounts.decisions &+= 1
        banks?.decisions &+= 1
        var reason = AdaptiveRanking.Reason.greatestValue
        if let probe = ranker.dueProbe(pool.accounts, banks) {
            ranker.putFirst(probe)
            let account = candidates[probe].account
            pool.accounts.places[account]?.probedAt = pool.accounts.decisions
            let bankDecisions = banks?.decisions ?? 0
            banks?.places[account]?.probedAt = bankDecisions
            reason = .probe
        } else if let explored = ranker.exploration(seed) {
            ranker.putFirst(explored)
            reason = .exploration
        }
        if let bank, let banks { pool.banks[bank] = banks }
        pools[method] = pool
        return AdaptiveRanking(reason: reason, entries: ranker.entries)
    }
}

/// One decision under way.
private struct Ranker {
    private let candidates: [AdaptiveCandidate]
    private let settings: AdaptiveSettings
    private let value: Double
    private let count: Int
    private var views: [AdaptiveScores.Pool.View] = []
    private var retryable: [Double] = []
    private var isDown: [Bool] = []
    private var attempts: [PlannedAttempt] = []
    private var plan: [Int] = []
    private var worth = 0.0
    private let customer: Double

    init(
        _ candidates: [AdaptiveCandidate], in pool: AdaptiveScores.Pool, banks: AdaptiveScores.Group?, value: Double,
        attempts count: Int, _ settings: AdaptiveSettings
    ) {
        self.candidates = candidates
        self.settings = settings
        self.value = value
        self.count = count
        customer = pool.customers.share
        let prior = pool.rateTogether(settings)
        for candidate in candidates {
            let view = pool.view(of: candidate.account, banks: banks, prior: prior, settings)
            views.append(view)
            retryable.append((pool.retries[candidate.account] ?? .init()).retryable)
            isDown.append(
                pool.accounts.places[candidate.account]?.evidence.isDown == true
                    || banks?.places[candidate.account]?.evidence.isDown == true)
            attempts.append(planned(views.count - 1, success: view.success))
        }
        plan = AttemptPlan.best(attempts, count: count)
        worth = AttemptPlan.worth(attempts, plan, count: count)
    }

    private func planned(_ index: Int, success: Double) -> PlannedAttempt {
        PlannedAttempt(
            success: success, retryable: retryable[index], customer: customer, value: value,
            cost: Double(candidates[index].cost))
    }

    private func upper(_ index: Int) -> Double {
        let view = views[index]
        let spread = (view.success * (1 - view.success) / view.weight).squareRoot()
        return min(1, view.success + settings.confidence * spread)
    }

    /// What the plan would be worth with one account first, at another probability than we think.
    private func worth(first index: Int, success: Double) -> Double {
        AttemptPlan.worth(
            attempts, plan, count: count, first: index, supposed: planned(index, success: success))
    }

    mutating func putFirst(_ index: Int) {
        plan.removeAll { $0 == index }
        plan.insert(index, at: 0)
    }

    /// What is lost by trying one first, as a share of what the best plan is worth.
    private func loss(first index: Int) -> Double {
        let scale = max(worth, value * 0.05)
        return max(0, worth - worth(first: index, success: views[index].success)) / scale
    }

    /// An account that is down and was left alone for long enough.
    ///
    /// A probe costs a loss, and a recovery that is not found costs a gain per order. If an outage that has lasted
    /// some time is likely to last as long again, the pause with the least of both grows with the square root of
    /// the time: linearly with the failed probes, by half of loss over gain.
    func dueProbe(_ accounts: AdaptiveScores.Group, _ banks: AdaptiveScores.Group?) -> Int? {
        for (index, candidate) in candidates.enumerated() where isDown[index] && index != plan[0] {
            let whole = accounts.places[candidate.account]
            let forBank = banks?.places[candidate.account]
            var back = 1.0
            var isDue = true
            var failures = 0.0
            var odds = Double.infinity
            var waited = UInt64.max
            if let whole, whole.evidence.isDown {
                back *= whole.evidence.rateBefore
                failures = max(failures, whole.evidence.failures)
                odds = whole.evidence.odds
                waited = min(waited, accounts.decisions &- whole.probedAt)
            } else {
                back *= views[index].rate
            }
            if let forBank, let banks, forBank.evidence.isDown {
                back *= forBank.evidence.rateBefore
                failures = max(failures, forBank.evidence.failures)
                odds = min(odds, forBank.evidence.odds)
                waited = min(waited, banks.decisions &- forBank.probedAt)
            } else {
                back *= views[index].factor
            }
            let scale = max(worth, value * 0.05)
            let gain = max(settings.probeGain, (worth(first: index, success: min(0.98, back)) - worth) / scale)
            let pause = failures * settings.probePace * loss(first: index) / gain / 2 / ((1 + odds) * (1 + settings.probeHaste * odds))
            isDue = Double(waited) >= min(settings.probeGapMax, max(odds > 0.5 ? 2 : settings.probeGapMin, pause))
            if isDue { return index }
        }
        return nil
    }

    /// An account that may be better than the leader: as often as that is likely, and as the budget allows.
    func exploration(_ seed: UInt64) -> Int? {
        var found: Int?
        var best = 0.0
        let leader = worth(first: plan[0], success: upper(plan[0])) - worth
        for index in candidates.indices where index != plan[0] {
            let mean = worth(first: index, success: views[index].success)
            let own = worth(first: index, success: upper(index)) - mean
            let spread = (own * own + leader * leader).squareRoot() / settings.confidence
            let likelihood = Self.tail((worth - mean) / max(spread, 1e-9))
            let loss = max(loss(first: index), 1e-9)
            let share = max(
                min(likelihood * settings.explorationScale, settings.exploration / loss),
                settings.explorationFloor / loss)
            if share > best {
                best = share
                found = index
            }
        }
        guard let found else { return nil }
        return Self.uniform(seed) < min(settings.explorationMax, best) ? found : nil
    }

    /// The normal distribution's upper tail at `z` ≥ 0, to 0.00025 (Abramowitz and Stegun 26.2.18).
    private static func tail(_ z: Double) -> Double {
        let z = max(0, z)
        let sum = 1 + z * (0.196854 + z * (0.115194 + z * (0.000344 + z * 0.019527)))
        return 0.5 / (sum * sum * sum * sum)
    }

    /// A number in [0, 1) from any seed, an order's id among them (SplitMix64's finaliser).
    private static func uniform(_ seed: UInt64) -> Double {
        var mixed = seed &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Double(mixed >> 11) * 0x1p-53
    }

    var entries: [AdaptiveRanking.Entry] {
        plan.map { index in
            AdaptiveRanking.Entry(
                account: candidates[index].account, success: views[index].success, weight: views[index].weight,
                upper: upper(index), cost: candidates[index].cost, expectedValue: attempts[index].gain,
                isDown: isDown[index])
        }
    }
}
