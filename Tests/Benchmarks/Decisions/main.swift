// How long a decision takes: 20 accounts, 50 rules of which the last matches, one core.
//
//     swift run -c release routing-decisions
//
// Issue 4 asks for less than 10 µs, and for no allocation that grows with history: the last line has both after a thousand
// times as many reports. Each figure is the best of five runs, in processor time.
import Core
import Glibc
import JSON
import Routing

/// Twenty accounts, and forty-nine rules that look at everything and match nothing before the one that does.
enum Scene {
    static func id(_ number: Int) -> Identifier {
        Identifier(high: 0x0190_0000_0000_7000, low: UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
    }

    static let accounts = (1...20).map {
        RoutingNames.Account(id: id($0), name: "account-\($0)", methods: [.thbQR])
    }
    static let merchants = (0..<50).map {
        Merchant(id: id(100 + $0), name: "m\($0)", displayName: "m\($0)", isEnabled: true)
    }

    static func plan(_ strategy: Strategy) throws -> RoutingPlan {
        let refusing = (0..<49).map { index in
            """
            {"name": "r\(index)", "strategy": "priority", "when": {"merchants": ["m\(index)", "m49"],
             "methods": ["THB_QR"], "amount": {"currency": "THB", "minimum": "\(index + 1).00"},
             "banks": ["KBANK", "SCB"], "customers": {"from": 0, "to": 99}, "metadata": {"k\(index)": ["a", "b"]},
             "times": [{"zone": "Asia/Bangkok", "from": "00:00", "to": "23:59"}]}}
            """
        }
        let candidates = accounts.map { account in
            strategy == .split ? #"{"account": "\#(account.name)", "weight": 5}"# : #""\#(account.name)""#
        }
        let matching = """
            {"name": "last", "strategy": "\(strategy.rawValue)", "candidates": [\(candidates.joined(separator: ","))]}
            """
        let costs = accounts.map { account in
            """
            {"account": "\(account.name)", "method": "THB_QR", "fixed": "1.00", "rate": "0.85", "maximum": "50.00",
             "tiers": [{"from": "500.00", "rate": "0.8"}, {"from": "5000.00", "rate": "0.7"}]}
            """
        }
        let rules = (refusing + [matching]).joined(separator: ",")
        let text = #"{"format": 1, "rules": [\#(rules)], "costs": [\#(costs.joined(separator: ","))]}"#
        let names = RoutingNames(accounts: accounts, merchants: merchants, apps: [])
        return RoutingPlan(try RuleDocument(JSON.parse(text), checkedAgainst: names), names)
    }

    static let contenders = accounts.enumerated().map { index, account in
        var contender = Contender(
            account: account.id, isEnabled: true, limits: .init(amounts: 100...100_000_000, step: 1),
            priority: index % 3, isRequestInvalid: false)
        contender.room = .init(amount: 1_000_000_000, payments: 1000)
        contender.latency = Int64(index * 7919 % 1000)
        return contender
    }

    static func question(_ number: Int) -> RoutingQuestion {
        var question = RoutingQuestion(
            order: id(5000 + number), merchant: merchants[49].id, app: id(7), method: .thbQR,
            amount: Int64(10_000 + number), time: Timestamp(seconds: Int64(1_800_000_000 + number)))
        (question.bank, question.customer) = ("KBANK", "customer-1234567")
        question.metadata = [.init("channel", "web"), .init("campaign", "spring")]
        return question
    }
}

/// Nanoseconds of processor time that this program has used: what others do on the machine is not in it.
func processorTime() -> Int {
    var time = timespec()
    return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0
        ? time.tv_sec * 1_000_000_000 + time.tv_nsec : 0
}

/// Microseconds for a decision.
func time(_ plan: RoutingPlan, _ standings: inout Standings) -> Double {
    let count = 50_000
    let runs = (0..<5).map { _ in
        let start = processorTime()
        for number in 0..<count {
            let decision = Router.decide(Scene.question(number), among: Scene.contenders, by: plan) {
                standings.rank($0)
            }
            precondition(decision.candidates.count == 20 && decision.rule == "last")
        }
        return processorTime() - start
    }
    return (Double(runs.min() ?? 0) / Double(count) / 10).rounded() / 100
}

/// Reports of all accounts, some of them failures, for several banks.
func learn(_ reports: Range<Int>, _ standings: inout Standings) {
    let banks = ["KBANK", "SCB", "BBL", "KTB"]
    for number in reports {
        standings.record(
            AttemptReport(
                account: Scene.accounts[number % 20].id, method: .thbQR, bank: banks[number / 20 % 4],
                verdict: number % 23 == 0 ? .failure : .success, latency: Int64(200 + number % 700),
                at: Timestamp(seconds: Int64(1_700_000_000 + number))))
    }
}

/// The most memory that the process ever had, in kB.
func peak() -> Int {
    var usage = rusage()
    return getrusage(RUSAGE_SELF.rawValue, &usage) == 0 ? usage.ru_maxrss : 0
}

var standings = Standings()
learn(0..<1000, &standings)
for strategy in Strategy.allCases {
    print("\(strategy.rawValue): \(time(try Scene.plan(strategy), &standings)) µs")
}
let before = peak()
learn(1000..<1_000_000, &standings)
let after = time(try Scene.plan(.adaptive), &standings)
print("adaptive after 1000 times the history: \(after) µs, \(peak() - before) kB more memory")
