import Core
import JSON
import Routing
import TestSupport
import Testing

@Suite("Strategies")
struct StrategyTests {
    static let split = """
        {"format": 1, "rules": [{"name": "r", "strategy": "split", "candidates": [
          {"account": "alpha", "weight": 50}, {"account": "beta", "weight": 30}, {"account": "gamma", "weight": 20},
          {"account": "delta", "weight": 0}]}]}
        """

    @Test("split keeps within 1 % of the weights over 100,000 ids", arguments: [false, true])
    func shares(isRandom: Bool) throws {
        let plan = try Town.plan(Self.split)
        var random = SeededGenerator()
        var counts: [String: Int] = [:]
        let start = Timestamp(seconds: 1_800_000_000)
        for number in 0..<UInt64(100_000) {
            // Ids as they are made, and ids that differ in their last bits alone.
            let order =
                isRandom
                ? Identifier(high: UInt64(start.milliseconds) << 16 | 0x7000, low: random.next())
                : Town.id(number)
            let decision = Router.decide(Town.question(order: order), among: Town.everybody, by: plan)
            counts[Town.names(decision)[0], default: 0] += 1
        }
        for (name, weight) in [("alpha", 50_000), ("beta", 30_000), ("gamma", 20_000)] {
            let missed = abs((counts[name] ?? 0) - weight)
            #expect(missed <= 1000, "seed \(random.seed): \(name) has \(counts[name] ?? 0)")
        }
        #expect(counts["delta"] == nil)
    }

    @Test("split draws the same for the same order, and moves no order but those of who is gone")
    func steady() throws {
        let plan = try Town.plan(Self.split)
        let others = Town.everybody.filter { $0.account != Town.account("beta") }
        var moved: [String: Int] = [:]
        for number in 0..<UInt64(3000) {
            let question = Town.question(order: Town.id(number))
            let all = Router.decide(question, among: Town.everybody, by: plan)
            #expect(all == Router.decide(question, among: Town.everybody, by: plan))
            #expect(
                Town.names(all)
                    == Town.names(Router.decide(question, among: Town.everybody.reversed(), by: plan)))
            #expect(all.candidates.last == Town.account("delta") && all.seed != nil)
            let fewer = Router.decide(question, among: others, by: plan)
            #expect(fewer.candidates == all.candidates.filter { $0 != Town.account("beta") })
            if Town.names(all)[0] == "beta" { moved[Town.names(fewer)[0], default: 0] += 1 }
        }
        // What was beta's is shared 5 to 2.
        let share = Double(moved["alpha"] ?? 0) / Double(moved.values.reduce(0, +))
        #expect((0.65...0.78).contains(share))
    }

    @Test("least_cost is exact to the minor unit, a part of one rounded up")
    func cost() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let tariff = Self.tariff(&random)
            let amount = Int64.random(
                in: 1...Money.minorMax >> Int64.random(in: 0...49, using: &random), using: &random)
            #expect(
                tariff.cost(of: amount) == Self.exact(tariff, amount),
                "seed \(random.seed): \(tariff), \(amount)")
        }
    }

    private static func tariff(_ random: inout SeededGenerator) -> Tariff {
        func part(_ random: inout SeededGenerator) -> Tariff.Part {
            let whole = Int.random(in: 0...99, using: &random)
            let text = "\(whole).\(String(Int.random(in: 10_000...19_999, using: &random)).dropFirst())"
            return Tariff.Part(
                fixed: Int64.random(in: 0...1000, using: &random), rate: Rate(percent: text) ?? .whole)
        }
        var tariff = Tariff(base: part(&random))
        var from: Int64 = 0
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            from += Int64.random(in: 1...100_000, using: &random)
            tariff.tiers.append(Tariff.Tier(from: from, part: part(&random)))
        }
        if random.chance(0.5) { tariff.minimum = Int64.random(in: 0...500, using: &random) }
        if random.chance(0.5) { tariff.maximum = tariff.minimum + Int64.random(in: 0...5000, using: &random) }
        return tariff
    }

    /// From the text of the rate, as a fraction, in 128 bits.
    private static func exact(_ tariff: Tariff, _ amount: Int64) -> Int64 {
        var part = tariff.base
        for tier in tariff.tiers where amount >= tier.from { part = tier.part }
        let text = part.rate.percent.split(separator: ".")
        let decimals = text.count == 2 ? text[1].count : 0
        let numerator = UInt128(text.joined()) ?? 0
        let denominator = (0..<decimals).reduce(UInt128(100)) { value, _ in value * 10 }
        let product = UInt128(amount) * numerator
        var cost = Int64(product / denominator) + (product % denominator == 0 ? 0 : 1) + part.fixed
        if cost < tariff.minimum { cost = tariff.minimum }
        if let maximum = tariff.maximum, cost > maximum { cost = maximum }
        return cost
    }

    @Test(
        "a rate is read exactly or not at all",
        arguments: [
            ("0", 0), ("0.0001", 1), ("0.85", 8500), ("2.50", 25_000), ("100", 1_000_000), ("099", 990_000),
            ("100.0001", nil), ("1000", nil), ("0.00001", nil), ("", nil), (".5", nil), ("5.", nil),
            ("-1", nil),
            ("+1", nil), ("1e1", nil), ("1,5", nil), ("1.2.3", nil), (" 1", nil),
        ] as [(String, Int64?)])
    func rate(_ text: String, _ parts: Int64?) {
        #expect(Rate(percent: text)?.partsPerMillion == parts)
        #expect(Rate(percent: text).flatMap { Rate(percent: $0.percent) } == Rate(percent: text))
    }

    @Test("a share of the greatest amounts does not overflow")
    func greatest() {
        #expect(Rate.whole.share(of: .max) == .max)
        #expect(Rate.whole.share(of: -1) == 0)
        let tariff = Tariff(base: Tariff.Part(fixed: 1, rate: .whole))
        #expect(tariff.cost(of: .max) == .max)
    }

    @Test("least_cost takes the cheapest for the amount first, and who has no cost last")
    func leastCost() throws {
        let plan = RoutingPlan(
            try RuleDocument(
                JSON.parse(
                    """
                    {"format": 1, "rules": [{"name": "r", "strategy": "least_cost"}], "costs": [
                      {"account": "alpha", "method": "THB_QR", "rate": "1", "maximum": "15.00"},
                      {"account": "beta", "method": "THB_QR", "fixed": "5.00", "rate": "0.5"},
                      {"account": "gamma", "method": "THB_BANK", "fixed": "0.01"},
                      {"account": "delta", "method": "THB_QR", "rate": "2",
                       "tiers": [{"from": "5000.00", "rate": "0.1"}]}]}
                    """)), Town.names)
        func order(_ amount: Int64) -> Decision {
            var question = Town.question()
            question.amount = amount
            return Router.decide(question, among: Town.everybody, by: plan)
        }
        #expect(Town.names(order(50_000)) == ["alpha", "beta", "delta", "gamma"])
        // Both cost 10.00: the older account.
        #expect(Town.names(order(100_000)) == ["alpha", "beta", "delta", "gamma"])
        #expect(Town.names(order(499_999)) == ["alpha", "beta", "delta", "gamma"])
        #expect(Town.names(order(500_000)) == ["delta", "alpha", "beta", "gamma"])
        #expect(
            order(500_000).scores.map(\.measure) == [.cost(500), .cost(1500), .cost(3000), .cost(nil)])
    }

    @Test("fastest takes the least latency first, and who was never measured last")
    func fastest() throws {
        let plan = try Town.plan(#"{"format": 1, "rules": [{"name": "r", "strategy": "fastest"}]}"#)
        var contenders = Town.everybody
        (contenders[0].latency, contenders[1].latency, contenders[3].latency) = (900, 300, 300)
        let decision = Router.decide(Town.question(), among: contenders, by: plan)
        #expect(Town.names(decision) == ["beta", "delta", "alpha", "gamma"])
        #expect(
            decision.scores.map(\.measure) == [.latency(300), .latency(300), .latency(900), .latency(nil)])
    }

    @Test("adaptive follows the ranker, and nobody else than whom it was asked about")
    func adaptive() throws {
        let plan = try Town.plan(
            """
            {"format": 1, "rules": [{"name": "r", "strategy": "adaptive", "value": "2.5", "attempts": 2}],
             "costs": [{"account": "beta", "method": "THB_QR", "fixed": "3.00"}]}
            """)
        var contenders = Town.everybody
        contenders[0].isInMaintenance = true
        var asked: RankingRequest?
        let score = { AdaptiveScore(expected: $0, success: 0.5) }
        let decision = Router.decide(Town.question(), among: contenders, by: plan) { request in
            asked = request
            return [
                RankedAccount(account: Town.account("delta"), score: score(12.5)),
                RankedAccount(account: Town.account("alpha"), score: score(9)),
                RankedAccount(account: Town.id(77), score: score(8)),
                RankedAccount(account: Town.account("gamma"), score: score(-.infinity)),
                RankedAccount(account: Town.account("delta"), score: score(1)),
            ]
        }
        #expect(Town.names(decision) == ["delta", "gamma", "beta"])
        #expect(asked?.value == 2500 && asked?.seed == decision.seed && asked?.attempts == 2)
        #expect(asked?.entrants.map(\.cost) == [300, nil, nil])
        #expect(decision.scores.first?.measure == .expectation(score(12.5)))
        let without = Router.decide(Town.question(), among: contenders, by: plan)
        #expect(Town.names(without) == ["beta", "gamma", "delta"] && without.strategy == "adaptive")
    }
}
