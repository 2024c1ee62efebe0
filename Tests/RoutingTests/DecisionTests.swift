import Core
import JSON
import Testing

@testable import Routing

@Suite("A decision")
struct DecisionTests {
    @Test("is stored with everything that explains it")
    func stored() throws {
        let document = try Town.document(
            """
            {"format": 1, "rules": [{"name": "r", "strategy": "split", "attempts": 2, "seconds": 60, "candidates": [
              {"account": "alpha", "weight": 0}, {"account": "delta", "weight": 100}]}]}
            """)
        let plan = RoutingPlan(document, Town.names, revision: 7)
        let decision = Router.decide(Town.question(), among: Town.everybody, by: plan)
        let ids = Dictionary(
            uniqueKeysWithValues: Town.accounts.map { ($0.name, $0.id.text(.providerAccount)) })
        let seed = try #require(decision.seed)
        #expect(
            try JSON.parse(decision.json) == [
                "strategy": "split", "rule": "r", "revision": 7,
                "seed": .string(
                    String((String(repeating: "0", count: 16) + String(seed, radix: 16)).suffix(16))),
                "attempts": 2, "seconds": 60,
                "candidates": [.string(ids["delta"] ?? ""), .string(ids["alpha"] ?? "")],
                "scores": [
                    ["account": .string(ids["delta"] ?? ""), "weight": 100],
                    ["account": .string(ids["alpha"] ?? ""), "weight": 0],
                ],
                "excluded": [
                    ["account": .string(ids["beta"] ?? ""), "reason": "not_in_rule"],
                    ["account": .string(ids["gamma"] ?? ""), "reason": "not_in_rule"],
                ],
            ])
        #expect(Decision.candidates(in: decision.json) == decision.candidates)
        #expect(Decision.course(in: decision.json).bounds == Decision.Bounds(attempts: 2, seconds: 60))
    }

    @Test("of an order that was taken before there were rules is read too")
    func older() {
        let stored = """
            {"strategy":"priority","candidates":["\(Town.id(7).text(.providerAccount))"],"excluded":[{"account":\
            "\(Town.id(8).text(.providerAccount))","reason":"disabled"}]}
            """
        #expect(Decision.candidates(in: Array(stored.utf8)) == [Town.id(7)])
        #expect(Decision.course(in: Array(stored.utf8)).bounds == .none)
    }

    @Test("stays readable whatever a ranker says")
    func parts() throws {
        let plan = try Town.plan(#"{"format": 1, "rules": [{"name": "r", "strategy": "adaptive"}]}"#)
        let decision = Router.decide(Town.question(), among: [Town.contender("beta")], by: plan) { _ in
            [
                RankedAccount(
                    account: Town.account("beta"),
                    score: AdaptiveScore(
                        expected: 1.5, success: .nan, spread: 0.123456, weight: .infinity, cost: 7,
                        isDown: true,
                        reason: .probe))
            ]
        }
        let score = try #require(JSON.parse(decision.json)["scores"]?[0]?["parts"])
        #expect(
            score.isEquivalent(to: [
                "expected": 2, "success": nil, "spread": .number(number("0.1235")), "weight": nil, "cost": 7,
                "down": true, "because": "probe",
            ]))
        #expect(Decision.candidates(in: decision.json) == [Town.account("beta")])
    }

    private func number(_ text: String) -> JSONNumber { JSONNumber(text: text) ?? JSONNumber(0) }
}
