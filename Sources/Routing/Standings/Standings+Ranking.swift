extension Standings {
    /// Puts accounts in order for a payment, as `adaptive` wants it. It changes nothing but this process's count of decisions,
    /// by which probes are paced: ask a copy for a decision without effect.
    public mutating func rank(_ request: RankingRequest) -> [RankedAccount] {
        let ranking = scores.rank(
            request.entrants.map { AdaptiveCandidate(account: $0.account, cost: $0.cost ?? 0) },
            for: request.question.method, bank: request.question.bank, value: request.value,
            attempts: request.attempts, seed: request.seed)
        return ranking.entries.enumerated().map { place, entry in
            var parts = [
                RankedAccount.Part("expected", entry.expectedValue.rounded()),
                RankedAccount.Part("success", entry.success), RankedAccount.Part("spread", entry.spread),
                RankedAccount.Part("weight", entry.weight), RankedAccount.Part("cost", Double(entry.cost)),
            ]
            if entry.isDown { parts.append(RankedAccount.Part("down", 1)) }
            if place == 0, ranking.reason != .greatestValue {
                parts.append(RankedAccount.Part(ranking.reason.rawValue, 1))
            }
            return RankedAccount(account: entry.account, parts: parts)
        }
    }
}
