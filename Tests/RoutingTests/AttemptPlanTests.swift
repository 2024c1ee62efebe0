import TestSupport
import Testing

@testable import Routing

@Suite("A plan of attempts")
struct AttemptPlanTests {
    private static func attempts(_ count: Int, _ random: inout SeededGenerator) -> [PlannedAttempt] {
        (0..<count).map { _ in
            PlannedAttempt(
                success: Double.random(in: 0.02...0.98, using: &random),
                retryable: Double.random(in: 0...1, using: &random),
                customers: Double.random(in: 0...0.2, using: &random), value: 10_000,
                // Some cost more than they bring.
                cost: Double.random(in: 0...6_000, using: &random))
        }
    }

    /// The greatest value of any order of any of the attempts that are left.
    private static func greatest(_ attempts: [PlannedAttempt], _ left: Set<Int>, count: Int) -> Double {
        guard count > 0 else { return 0 }
        return left.reduce(0) { best, candidate in
            max(
                best,
                attempts[candidate].gain + attempts[candidate].next
                    * greatest(attempts, left.subtracting([candidate]), count: count - 1))
        }
    }

    @Test("is as good as the best of all plans, and has every account once")
    func best() {
        var random = SeededGenerator()
        for _ in 0..<400 {
            let attempts = Self.attempts(Int.random(in: 2...6, using: &random), &random)
            for count in 2...attempts.count + 1 {
                let plan = AttemptPlan.best(attempts, count: count)
                #expect(plan.sorted() == Array(attempts.indices), "seed \(random.seed)")
                // What it does not want to try at all comes last, and only because everybody has a place.
                let made = (0...min(count, plan.count)).map { AttemptPlan.worth(attempts, plan, count: $0) }
                let greatest = Self.greatest(attempts, Set(attempts.indices), count: count)
                #expect(abs((made.max() ?? 0) - greatest) < 1e-6, "count \(count), seed \(random.seed)")
            }
        }
    }

    @Test("goes on, after whoever is put first, with the others in their order")
    func rests() {
        var random = SeededGenerator()
        for _ in 0..<400 {
            let attempts = Self.attempts(Int.random(in: 1...7, using: &random), &random)
            for count in 1...attempts.count + 1 {
                let plan = attempts.indices.shuffled(using: &random)
                let rests = AttemptPlan.rests(attempts, plan, count: count)
                for first in plan {
                    let others = plan.filter { $0 != first }
                    let rest = AttemptPlan.worth(attempts, others, count: count - 1)
                    #expect(abs(rests[first] - rest) < 1e-6, "count \(count), seed \(random.seed)")
                }
            }
        }
    }
}
