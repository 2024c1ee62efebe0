import Core
import JSON
import Routing
import TestSupport
import Testing

@Suite("A shadow's share")
struct ShadowTests {
    @Test("is kept within 1 % over 100,000 ids, and follows no split", arguments: [1, 10, 50, 90, 100])
    func share(cent: Int) throws {
        let plan = try Town.plan(
            """
            {"format": 1, "rules": [{"name": "r", "strategy": "split", "candidates": [
              {"account": "alpha", "weight": 50}, {"account": "beta", "weight": 50}]}]}
            """)
        let shadow = Shadow(.empty, share: cent)
        let start = Timestamp(seconds: 1_800_000_000)
        var random = SeededGenerator()
        var (within, withinAndFirst, first) = (0, 0, 0)
        for _ in 0..<100_000 {
            let order = Identifier(high: UInt64(start.milliseconds) << 16 | 0x7000, low: random.next())
            let decision = Router.decide(Town.question(order: order), among: Town.everybody, by: plan)
            let isFirst = Town.names(decision)[0] == "alpha"
            let isWithin = shadow.contains(order)
            within += isWithin ? 1 : 0
            first += isFirst ? 1 : 0
            withinAndFirst += isWithin && isFirst ? 1 : 0
        }
        #expect(abs(within - cent * 1000) <= 1000, "seed \(random.seed): \(within)")
        // Independent: the joint count is the product of the two, give or take five standard deviations.
        let expected = Double(within) * Double(first) / 100_000
        let spread = (Double(within) * (1 - Double(within) / 100_000) * 0.25).squareRoot()
        #expect(abs(Double(withinAndFirst) - expected) <= 5 * spread + 1, "seed \(random.seed)")
    }

    @Test("grows with the number, and is nobody at 0")
    func grows() {
        for number in 0..<UInt64(1000) {
            let shares = (0...100).map { Shadow(.empty, share: $0).contains(Town.id(number)) }
            #expect(!shares[0] && shares[100])
            #expect(shares == shares.sorted { !$0 && $1 })
        }
    }
}
