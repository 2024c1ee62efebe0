extension Standings {
    /// Puts accounts in order for a payment, as `adaptive` wants it. It changes nothing but this process's count of decisions,
    /// by which probes are paced: ask a copy for a decision without effect.
    public mutating func rank(_ request: RankingRequest) -> [RankedAccount] {
        scores.rank(
            request.entrants.map { AdaptiveCandidate(account: $0.account, cost: $0.cost ?? 0) },
            for: request.question.method, bank: request.question.bank, value: request.value,
            attempts: request.attempts, seed: request.seed)
    }
}
