import Core
import Routing

/// What a decision takes.
enum Speed {
    /// Over 20 accounts with evidence for the bank, two attempts, on one core.
    static func nanosecondsPerDecision() -> Int {
        var scores = AdaptiveScores()
        let candidates = (0..<20).map {
            AdaptiveCandidate(account: Identifier(high: 1, low: $0), cost: Int64($0))
        }
        for round in 0..<2000 {
            for candidate in candidates where round % 23 != 0 {
                scores.record(.success, of: candidate.account, for: .thbBank, bank: "B\(round % 6)")
            }
        }
        let (decisions, batches) = (2000, 11)
        var first: UInt64 = 0
        // The median of some batches: others may use the machine.
        let took = (0..<batches).map { batch in
            let start = ContinuousClock.now
            for seed in 0..<decisions {
                let ranking = scores.rank(
                    candidates, for: .thbBank, bank: "B1", value: 10_000, attempts: 2,
                    seed: UInt64(batch * decisions + seed))
                first &+= ranking[0].account.low
            }
            return (ContinuousClock.now - start) / decisions
        }
        // What was chosen is looked at, or there would be nothing to measure.
        guard first > 0 else { return 0 }
        return Int(took.sorted()[batches / 2] / Duration.nanoseconds(1))
    }
}
