import Core
import JSON
import Testing

@testable import Routing

@Suite("A backtest")
struct BacktestTests {
    static let proposed = """
        {"format": 1, "rules": [{"name": "cheap", "strategy": "priority", "candidates": ["beta"],
          "when": {"methods": ["THB_BANK"]}}],
         "costs": [{"account": "alpha", "method": "THB_BANK", "rate": "1"},
                   {"account": "beta", "method": "THB_BANK", "fixed": "3.00", "maximum": "3.00"}]}
        """

    /// So many orders of 1000.00 that went to alpha by a plan without rules.
    static func tally(
        _ method: PaymentMethod = .thbBank, succeeded: Int = 0, failed: Int = 0, open: Int = 0,
        at account: String = "alpha", into tally: inout BacktestTally
    ) throws {
        let plan = try Town.plan(proposed)
        let ends: [Bool?] =
            Array(repeating: true, count: succeeded) + Array(repeating: false, count: failed)
            + Array(repeating: nil, count: open)
        for (number, isSuccess) in ends.enumerated() {
            let order = ReplayedOrder(
                Town.question(method, order: Town.id(UInt64(5000 + number))), at: Town.account(account),
                isSuccess: isSuccess, isPaid: isSuccess == true)
            tally.add(order, among: Town.everybody, proposed: plan, inForce: .empty)
        }
    }

    @Test("counts what moves, by which rule, and what it costs to the satang")
    func counts() throws {
        var tally = BacktestTally()
        try Self.tally(succeeded: 7, failed: 2, open: 1, into: &tally)
        try Self.tally(.thbQR, succeeded: 5, into: &tally)
        #expect(tally.orders == 15 && tally.moved == 10 && tally.differing == 0)
        let move = BacktestTally.Move(method: .thbBank, from: Town.account("alpha"), to: Town.account("beta"))
        let sums = try #require(tally.moves[move])
        #expect(sums.orders == 10 && sums.amount == 1_000_000 && sums.paid == 7)
        #expect(sums.proposed == .init(orders: 7, before: 7000, after: 2100))
        // The document in force has no costs: nothing is made up.
        #expect(sums.inForce == .init())
        #expect(tally.rules[.init(name: "cheap", strategy: .priority)] == .init(orders: 10, moved: 10))
        #expect(tally.rules[.init(name: nil, strategy: .priority)] == .init(orders: 5, moved: 0))
        #expect(
            tally.evidence[.init(account: Town.account("alpha"), method: .thbBank)] == Proportion(7, of: 9))
    }

    @Test("expects what was observed at the other account, and says where nothing was")
    func outlook() throws {
        var tally = BacktestTally()
        try Self.tally(succeeded: 30, failed: 10, into: &tally)
        #expect(tally.outlook == .init(orders: 0, noEvidence: 40, gain: nil))
        try Self.tally(succeeded: 19, failed: 1, at: "beta", into: &tally)
        let outlook = tally.outlook
        let gain = try #require(outlook.gain)
        #expect(outlook.orders == 40 && outlook.noEvidence == 0)
        #expect(abs(gain.value - 40 * (0.95 - 0.75)) < 1e-9 && gain.low < 8 && gain.high > 8)
        // One move alone: the whole is the difference, times its orders.
        let move = BacktestTally.Move(method: .thbBank, from: Town.account("alpha"), to: Town.account("beta"))
        let difference = try #require(tally.difference(move))
        #expect(abs(gain.low - 40 * difference.low) < 1e-9 && abs(gain.high - 40 * difference.high) < 1e-9)
    }

    @Test("says where nobody would take an order")
    func nobody() throws {
        var tally = BacktestTally()
        let order = ReplayedOrder(
            Town.question(.thbBank), at: Town.account("alpha"), isSuccess: true, isPaid: true)
        let others = Town.everybody.filter { $0.account != Town.account("beta") }
        tally.add(order, among: others, proposed: try Town.plan(Self.proposed), inForce: .empty)
        let move = BacktestTally.Move(method: .thbBank, from: Town.account("alpha"), to: nil)
        #expect(tally.moves[move]?.orders == 1 && tally.moved == 1 && tally.outlook.noEvidence == 1)
        #expect(tally.moves[move]?.proposed == .init())
    }

    @Test("goes on from what it wrote, and from nothing else")
    func written() throws {
        var tally = BacktestTally()
        try Self.tally(succeeded: 3, failed: 1, open: 1, into: &tally)
        try Self.tally(.thbQR, succeeded: 5, into: &tally)
        tally.addNotSent()
        tally.addUnreadable()
        #expect(BacktestTally(json: try JSON.parse(tally.json.compact())) == tally)
        #expect(BacktestTally(json: BacktestTally().json) == BacktestTally())
        let bad = [
            #"null"#, #"{}"#, #"{"orders": [1, 2, 3], "moves": [], "rules": [], "evidence": []}"#,
            #"{"orders": [1, 2, 3, -4], "moves": [], "rules": [], "evidence": []}"#,
            #"{"orders": [1, 2, 3, 9223372036854775807], "moves": [], "rules": [], "evidence": []}"#,
            #"{"orders": [1, 2, 3, 4], "moves": [["THB_QR"]], "rules": [], "evidence": []}"#,
            #"{"orders": [1, 2, 3, 4], "moves": [], "rules": [["r", "luck", 1, 1]], "evidence": []}"#,
            #"{"orders": [1, 2, 3, 4], "moves": [], "rules": [], "evidence": [["x", "THB_QR", 1, 1]]}"#,
        ]
        for text in bad { #expect(BacktestTally(json: try JSON.parse(text)) == nil, "\(text)") }
    }

    @Test("sums stay at the greatest number instead of ending the process")
    func overflow() throws {
        var tally = BacktestTally()
        var order = ReplayedOrder(
            Town.question(.thbBank), at: Town.account("alpha"), isSuccess: true, isPaid: true)
        order.question.amount = .max
        for _ in 0..<3 {
            tally.add(order, among: Town.everybody, proposed: try Town.plan(Self.proposed), inForce: .empty)
        }
        #expect(tally.moves.values.allSatisfy { $0.amount == .max })
    }
}
