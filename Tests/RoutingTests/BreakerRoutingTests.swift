import Core
import Routing
import TestSupport
import Testing

@Suite("Routing by breakers")
struct BreakerRoutingTests {
    /// An account's breaker after outcomes by chance, the last of which is known at `now`.
    private static func breaker(
        _ random: inout SeededGenerator, _ settings: BreakerSettings, at now: Timestamp
    ) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        let share: Double = [0.05, 0.9, 1].randomElement(using: &random) ?? 1
        var time = now - .seconds(Int.random(in: 0...60, using: &random))
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            breaker.record(random.chance(share) ? .failure : .success, at: time, begun: time, settings)
            time = min(now, time + .milliseconds(Int64.random(in: 0...6000, using: &random)))
        }
        return breaker
    }

    @Test(
        "an account that is open is never chosen while another may take it, and never for a payout",
        arguments: BreakerPropertyTests.seeds)
    func open(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        let settings = BreakerSettings()
        let now = Timestamp(seconds: 1_700_000_000)
        var (closed, kept, degraded, held) = (0, 0, 0, 0)
        for _ in 0..<2000 {
            let contenders = Town.accounts.map { account in
                var contender = Town.contender(account.name, priority: Int.random(in: 0...3, using: &random))
                switch Self.breaker(&random, settings, at: now).position(at: now, settings) {
                case .closed: contender.breaker = .closed
                case .open: contender.breaker = .open
                case .halfOpen: contender.breaker = .halfOpen(admits: random.chance(0.5))
                }
                return contender
            }
            let method = random.chance(0.5) ? PaymentMethod.thbQR : .thbBank
            let decision = Router.decide(Town.question(method), among: contenders)
            let working = contenders.filter { $0.breaker == .closed || $0.breaker == .halfOpen(admits: true) }
            let comment: Comment = "seed \(seed): \(contenders.map(\.breaker)), \(decision)"
            if working.isEmpty, method.direction == .payin {
                // The least bad first.
                let isHalfOpen = decision.candidates.map { candidate in
                    contenders.contains { $0.account == candidate && $0.breaker != .open }
                }
                #expect(decision.isDegraded && isHalfOpen.count == contenders.count, comment)
                #expect(isHalfOpen == isHalfOpen.sorted { $0 && !$1 }, comment)
                degraded += 1
            } else {
                #expect(Set(decision.candidates) == Set(working.map(\.account)), comment)
                #expect(!decision.isDegraded, comment)
                held += decision.candidates.isEmpty ? 1 : 0
            }
            closed += working.count == contenders.count ? 1 : 0
            kept += working.count < contenders.count && !working.isEmpty ? 1 : 0
        }
        // The worlds are such that there is something to see.
        #expect(min(closed, kept, degraded, held) > 20, "seed \(seed): \(closed) \(kept) \(degraded) \(held)")
    }
}
