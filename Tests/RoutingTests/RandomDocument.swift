import Core
import JSON
import Routing
import TestSupport

/// Documents, contenders and questions by chance, such that rules often match and accounts often may.
enum RandomDocument {
    static func text(_ random: inout SeededGenerator) -> String {
        let rules = (0..<Int.random(in: 0...6, using: &random)).map { rule($0, &random) }
        let costs = Town.accounts.filter { _ in random.chance(0.5) }.map { account in
            #"{"account": "\#(account.name)", "method": "THB_QR", "fixed": "\#(Int.random(in: 0...99, using: &random)).50"}"#
        }
        let lists = [("rules", rules), ("costs", costs)].filter { !$0.1.isEmpty }
            .map { #", "\#($0.0)": [\#($0.1.joined(separator: ", "))]"# }
        return #"{"format": 1\#(lists.joined())}"#
    }

    private static func rule(_ number: Int, _ random: inout SeededGenerator) -> String {
        let strategy = Strategy.allCases.randomElement(using: &random) ?? .priority
        var members = [
            #""name": "r\#(number)", "strategy": "\#(strategy.rawValue)", "when": \#(when(&random))"#
        ]
        let listed = Town.accounts.map(\.name).shuffled(using: &random)
            .prefix(Int.random(in: 1...4, using: &random))
        if strategy == .split {
            let weights = [[100], [30, 70], [0, 100, 0], [20, 30, 50, 0]][listed.count - 1]
            let candidates = zip(listed, weights).map { #"{"account": "\#($0)", "weight": \#($1)}"# }
            members.append(#""candidates": [\#(candidates.joined(separator: ", "))]"#)
        } else if random.chance(0.5) {
            members.append(#""candidates": [\#(listed.map { "\"\($0)\"" }.joined(separator: ", "))]"#)
        }
        if random.chance(0.3) { members.append(#""attempts": 2"#) }
        return "{\(members.joined(separator: ", "))}"
    }

    /// Some of the conditions, which mostly go together.
    private static func when(_ random: inout SeededGenerator) -> String {
        let pool = [
            #""merchants": ["shop"]"#, #""apps": ["shop/web", "bank/desk"]"#,
            #""currencies": ["THB", "USD"]"#,
            #""directions": ["payin"]"#, #""methods": ["THB_QR", "THB_BANK", "USD_KHQR"]"#,
            #""amount": {"currency": "THB", "minimum": "500.00"}"#, #""banks": ["KBANK", "SCB"]"#,
            #""customers": {"from": 20, "to": 79}"#,
            #""times": [{"zone": "Asia/Bangkok", "days": ["fri", "sun"], "from": "18:00", "to": "07:00"},"#
                + #" {"zone": "-05:45", "days": ["tue"]}]"#,
        ]
        return "{\(pool.filter { _ in random.chance(0.2) }.joined(separator: ", "))}"
    }

    static func question(_ random: inout SeededGenerator) -> RoutingQuestion {
        let app = [Town.web, Town.till, Town.desk].randomElement(using: &random) ?? Town.web
        let method = [PaymentMethod.thbQR, .thbQR, .thbBank, .usdKHQR, .kesBank].randomElement(using: &random)
        var question = RoutingQuestion(
            order: Identifier(high: random.next(), low: random.next()), merchant: app.merchant, app: app.id,
            method: method ?? .thbQR, amount: Int64.random(in: 1...100_000, using: &random),
            time: Timestamp(seconds: Int64.random(in: 1_700_000_000...1_800_000_000, using: &random)))
        question.bank = ["KBANK", "SCB", "BBL", nil].randomElement(using: &random) ?? nil
        if random.chance(0.8) { question.customer = "c\(random.next())" }
        return question
    }

    static func contender(_ name: String, _ random: inout SeededGenerator) -> Contender {
        func amount(_ random: inout SeededGenerator) -> Int64 {
            Int64.random(in: 0...200_000, using: &random)
        }
        let limits = Contender.Limits(
            amounts: random.chance(0.8) ? 1...100_000 : 20_000...50_000, step: random.chance(0.8) ? 1 : 7)
        var contender = Contender(
            account: Town.account(name), isEnabled: random.chance(0.9),
            limits: random.chance(0.9) ? limits : nil, priority: Int.random(in: 0...3, using: &random),
            isRequestInvalid: random.chance(0.1))
        contender.isInMaintenance = random.chance(0.1)
        let banks: [Contender.Bank] = [.any, .any, .any, .limited(10_000...90_000), .notServed]
        contender.bank = banks.randomElement(using: &random) ?? .any
        let breakers: [Contender.Breaker] = [
            .closed, .halfOpen(admits: true), .halfOpen(admits: false), .open, .open, .switchedOff,
        ]
        contender.breaker = breakers.randomElement(using: &random) ?? .closed
        if random.chance(0.3) { contender.room = .init(amount: amount(&random), payments: nil) }
        if random.chance(0.1) {
            contender.room = .init(amount: nil, payments: Int64.random(in: -1...1, using: &random))
        }
        let funds: [Contender.Funds] = [.notTold, .notTold, .unknown, .available(amount(&random))]
        contender.funds = funds.randomElement(using: &random) ?? .notTold
        if random.chance(0.5) { contender.latency = amount(&random) }
        return contender
    }
}
