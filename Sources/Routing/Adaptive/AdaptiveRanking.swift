public import Core

/// An account that may take a payment, with what it would cost there.
public struct AdaptiveCandidate: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// In minor units of the payment's currency; what an attempt there costs.
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
        /// The probability that its provider does not fail the payment, within [0.02, 0.98].
        public let success: Double
        /// That probability's standard deviation.
        public let spread: Double
        /// The attempts that the estimate is worth, the prior's among them.
        public let weight: Double
        /// In minor units, as the caller gave it.
        public let cost: Int64
        /// Success, where the customer does not fail it, × value − cost; in minor units.
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
    /// `attempts` is how many of them may be tried, one after the other. The same evidence, candidates and seed give
    /// the same answer. It changes nothing but this process's count of decisions, by which probes are paced: rank a
    /// copy to ask without effect.
    public mutating func rank(
        _ candidates: [AdaptiveCandidate], for method: PaymentMethod, bank: String? = nil, value: Int64,
        attempts: Int = 1, seed: UInt64
    ) -> AdaptiveRanking {
        guard !candidates.isEmpty else { return AdaptiveRanking(reason: .greatestValue, entries: []) }
        pools[method, default: Pool()].accounts.decisions &+= 1
        if let bank { pools[method]?.banks[bank]?.decisions &+= 1 }
        let pool = pools[method] ?? Pool()
        var ranker = AdaptiveRanker(
            candidates, in: pool, bank: bank.flatMap { pool.banks[$0] }, value: Double(max(0, value)),
            attempts: max(1, attempts), settings)
        guard let probe = ranker.dueProbe() else {
            guard let explored = ranker.exploration(seed) else {
                return AdaptiveRanking(reason: .greatestValue, entries: ranker.entries)
            }
            ranker.putFirst(explored)
            return AdaptiveRanking(reason: .exploration, entries: ranker.entries)
        }
        ranker.putFirst(probe)
        noteProbe(of: candidates[probe].account, method, bank)
        return AdaptiveRanking(reason: .probe, entries: ranker.entries)
    }

    private mutating func noteProbe(of account: Identifier, _ method: PaymentMethod, _ bank: String?) {
        let decisions = pools[method]?.accounts.decisions ?? 0
        pools[method]?.accounts.places[account]?.probedAt = decisions
        guard let bank, let decisions = pools[method]?.banks[bank]?.decisions else { return }
        pools[method]?.banks[bank]?.places[account]?.probedAt = decisions
    }
}
