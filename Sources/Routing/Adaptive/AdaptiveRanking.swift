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

extension AdaptiveScores {
    /// Puts the candidates in order for a payment that is worth `value` minor units to us if it succeeds.
    ///
    /// `attempts` is how many of them may be tried, one after the other. The same evidence, candidates and seed give
    /// the same answer. It changes nothing but this process's count of decisions, by which probes are paced: rank a
    /// copy to ask without effect.
    public mutating func rank(
        _ candidates: [AdaptiveCandidate], for method: PaymentMethod, bank: String? = nil, value: Int64,
        attempts: Int = 1, seed: UInt64
    ) -> [RankedAccount] {
        guard !candidates.isEmpty else { return [] }
        pools[method, default: Pool()].accounts.decisions &+= 1
        if let bank { pools[method]?.banks[bank]?.decisions &+= 1 }
        let pool = pools[method] ?? Pool()
        let ranker = AdaptiveRanker(
            candidates, in: pool, bank: bank.flatMap { pool.banks[$0] }, value: Double(max(0, value)),
            attempts: max(1, attempts), settings)
        if let probe = ranker.dueProbe() {
            noteProbe(of: candidates[probe].account, method, bank)
            return ranker.ranked(first: probe, because: .probe)
        }
        if let explored = ranker.exploration(seed) {
            return ranker.ranked(first: explored, because: .exploration)
        }
        return ranker.ranked()
    }

    private mutating func noteProbe(of account: Identifier, _ method: PaymentMethod, _ bank: String?) {
        let decisions = pools[method]?.accounts.decisions ?? 0
        pools[method]?.accounts.places[account]?.probedAt = decisions
        guard let bank, let decisions = pools[method]?.banks[bank]?.decisions else { return }
        pools[method]?.banks[bank]?.places[account]?.probedAt = decisions
    }
}
