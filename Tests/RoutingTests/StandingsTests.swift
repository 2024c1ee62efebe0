import Core
import JSON
import TestSupport
import Testing

@testable import Routing

@Suite("What was learned")
struct StandingsTests {
    private static func report(
        _ account: UInt64, _ verdict: AttemptReport.Verdict, latency: Int64? = nil, bank: String? = nil,
        at seconds: Int64 = 0
    ) -> AttemptReport {
        AttemptReport(
            account: Town.id(account), method: .thbBank, bank: bank, verdict: verdict, latency: latency,
            at: Timestamp(microseconds: seconds * 1_000_000))
    }

    @Test("is the same after a snapshot, and goes on as if there had been none")
    func snapshot() throws {
        var generator = SeededGenerator(20_261)
        print("seed 20261")
        var standings = Standings()
        for number in 0..<3000 {
            standings.record(Self.random(&generator, number))
        }
        var restored = try Standings(snapshot: standings.snapshot())
        #expect(restored.snapshot() == standings.snapshot())
        for number in 3000..<4000 {
            let next = Self.random(&generator, number)
            standings.record(next)
            restored.record(next)
        }
        #expect(restored.snapshot() == standings.snapshot())
    }

    private static func random(_ generator: inout SeededGenerator, _ number: Int) -> AttemptReport {
        report(
            .random(in: 1...6, using: &generator),
            AttemptReport.Verdict.allCases.randomElement(using: &generator) ?? .success,
            latency: Bool.random(using: &generator) ? .random(in: 1...30_000, using: &generator) : nil,
            bank: ["KBANK", "SCB", nil].randomElement(using: &generator) ?? nil, at: Int64(number))
    }

    @Test(
        "is refused where it is damaged or of another version",
        arguments: [
            "", "{}", "[]", #"{"version":2,"scores":{},"standings":[]}"#,
            #"{"version":1,"scores":{"version":1,"methods":{}},"standings":[{"account":"x"}]}"#,
            #"{"version":1,"scores":{"version":1,"methods":{}},"standings":[{"account":"pa_00000000000000000000000001","method":"THB_QR","lastAt":1,"latency":[-1,5]}]}"#,
        ])
    func damaged(_ text: String) {
        #expect(throws: AdaptiveSnapshotError.self) { try Standings(snapshot: Array(text.utf8)) }
    }

    @Test("forgets who was heard of longest ago, and never holds more than it may")
    func bounded() {
        var standings = Standings()
        for number in 0..<Standings.placesMax + 50 {
            standings.record(
                Self.report(UInt64(number + 1), .success, latency: 100, at: Int64(number)))
        }
        #expect(standings.standings.count == Standings.placesMax)
        #expect(standings.latency(of: Town.id(1), for: .thbBank) == nil)
        #expect(standings.latency(of: Town.id(UInt64(Standings.placesMax + 50)), for: .thbBank) == 100)
    }

    @Test("a latency is what is typical: one that took a minute moves it little")
    func latency() {
        var standings = Standings()
        for _ in 0..<100 { standings.record(Self.report(1, .success, latency: 200)) }
        standings.record(Self.report(1, .success, latency: 60_000))
        #expect(standings.latency(of: Town.id(1), for: .thbBank) == 206)
        for _ in 0..<300 { standings.record(Self.report(1, .success, latency: 900)) }
        #expect((800...900).contains(standings.latency(of: Town.id(1), for: .thbBank) ?? 0))
        #expect(standings.latency(of: Town.id(1), for: .thbQR) == nil)
    }

    @Test("a customer's failure moves nothing of an account's")
    func customers() {
        var standings = Standings()
        for _ in 0..<200 { standings.record(Self.report(1, .success, latency: 100)) }
        let before = standings.shown { _ in "one" }
        for _ in 0..<200 { standings.record(Self.report(1, .customer, latency: 9000)) }
        let after = standings.shown { _ in "one" }
        #expect(before[0]?["accounts"] == after[0]?["accounts"])
    }

    @Test("asking a copy counts no decision")
    func copies() {
        var standings = Standings()
        for _ in 0..<50 { standings.record(Self.report(1, .success)) }
        let question = RoutingQuestion(
            order: Town.id(9), merchant: Town.id(8), app: Town.id(7), method: .thbBank, amount: 10_000,
            time: Timestamp(microseconds: 0))
        let request = RankingRequest(
            question: question, value: 10_000, attempts: 2, seed: 5,
            entrants: [1, 2].map { RankingRequest.Entrant(account: Town.id($0), cost: nil) })
        var copy = standings
        let ranked = copy.rank(request)
        #expect(ranked.map(\.account).count == 2)
        #expect(standings.scores.pools[.thbBank]?.accounts.decisions == 0)
        #expect(copy.scores.pools[.thbBank]?.accounts.decisions == 1)
    }

    @Test("constants are read with their bounds, and written where they are not as usual")
    func constants() throws {
        let json = try JSON.parse(
            #"{"format":1,"adaptive":{"memory":5000,"exploration":0.002,"prior":12}}"#)
        let document = try RuleDocument(json)
        let memory = try #require(AdaptiveSettings.constants.first { $0.name == "memory" })
        #expect(document.adaptive[memory] == 5000)
        #expect(
            document.json["adaptive"] == ["memory": 5000, "exploration": .number(JSONNumber(text: "0.002")!)])
        for (name, value) in [("memory", "5"), ("memory", #""5000""#), ("memories", "5000")] {
            let wrong = try JSON.parse(#"{"format":1,"adaptive":{"\#(name)":\#(value)}}"#)
            let refused = #expect(throws: RuleDocument.Invalid.self) { try RuleDocument(wrong) }
            #expect(refused?.problems.map(\.pointer) == ["/adaptive/\(name)"])
        }
    }
}
