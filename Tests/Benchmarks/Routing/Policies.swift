import Core
import Glibc
import Routing

/// What Causeway does.
struct Adaptive: Policy {
    static let name = "adaptive"
    static let isAdaptive = true
    /// Set once, before anything runs.
    nonisolated(unsafe) static var settings = AdaptiveSettings()
    private static let banks = (0..<16).map { "B\($0)" }
    private var scores: AdaptiveScores

    init(accounts: Int, dayOne: [Int]) { scores = AdaptiveScores(settings: Self.settings) }

    mutating func rank(_ order: Order) -> [Int] {
        let candidates = order.candidates.map {
            AdaptiveCandidate(account: Self.account($0), cost: Int64(order.costs[$0]))
        }
        let ranking = scores.rank(
            candidates, for: .thbBank, bank: Self.banks[order.bank], value: Int64(order.amount),
            attempts: order.attempts, seed: order.seed)
        return ranking.map { Int($0.account.low) }
    }

    mutating func learn(_ told: Told, account: Int, bank: Int) {
        let result: AdaptiveScores.Result =
            switch told {
            case .success: .success
            case .failure(let isRetryable): .failure(isRetryable: isRetryable)
            case .customer: .customer
            }
        scores.record(result, of: Self.account(account), for: .thbBank, bank: Self.banks[bank])
    }

    private static func account(_ number: Int) -> Identifier { Identifier(high: 0, low: UInt64(number)) }
}

/// The operator's order, who knew which account was the best on the first day.
struct Priority: Policy {
    static let name = "priority"
    private let places: [Int]

    init(accounts: Int, dayOne: [Int]) {
        places = (0..<accounts).map { account in dayOne.firstIndex(of: account) ?? accounts }
    }
    mutating func rank(_ order: Order) -> [Int] { order.byScore { -Double(places[$0]) } }
}

/// Every account the same share, the rest in turn.
struct Split: Policy {
    static let name = "split"
    init(accounts: Int, dayOne: [Int]) {}
    mutating func rank(_ order: Order) -> [Int] {
        let start = Int(order.seed % UInt64(order.candidates.count))
        return Array(order.candidates[start...] + order.candidates[..<start])
    }
}

/// The cheapest.
struct LeastCost: Policy {
    static let name = "least_cost"
    init(accounts: Int, dayOne: [Int]) {}
    mutating func rank(_ order: Order) -> [Int] { order.byScore { -order.costs[$0] } }
}

/// The last 125 outcomes of each account; 5 % of orders to a random one; who is more than 5 points below the best is out.
struct SlidingWindow: Policy {
    static let name = "sliding window"
    static let isAdaptive = true
    private static let length = 125
    private var outcomes: [[Bool]]
    private var next: [Int]
    private var successes: [Int]

    init(accounts: Int, dayOne: [Int]) {
        outcomes = Array(repeating: [], count: accounts)
        next = Array(repeating: 0, count: accounts)
        successes = next
    }

    mutating func rank(_ order: Order) -> [Int] {
        var ranked = order.byValue { rate($0) }
        let best = order.candidates.map { rate($0) }.max() ?? 0
        let out = ranked.filter { rate($0) < best - 0.05 }
        ranked = ranked.filter { rate($0) >= best - 0.05 } + out
        var chance = Chance(Int(truncatingIfNeeded: order.seed))
        if chance.uniform() < 0.05 {
            let hedge = order.candidates[chance.whole(0...(order.candidates.count - 1))]
            ranked.removeAll { $0 == hedge }
            ranked.insert(hedge, at: 0)
        }
        return ranked
    }

    private func rate(_ account: Int) -> Double {
        Double(successes[account] + 1) / Double(outcomes[account].count + 1)
    }

    mutating func learn(_ told: Told, account: Int, bank: Int) {
        if case .customer = told { return }
        var success = false
        if case .success = told { success = true }
        if outcomes[account].count < Self.length {
            outcomes[account].append(success)
        } else {
            if outcomes[account][next[account]] { successes[account] -= 1 }
            outcomes[account][next[account]] = success
            next[account] = (next[account] + 1) % Self.length
        }
        if success { successes[account] += 1 }
    }
}

/// UCB1 (Auer, Cesa-Bianchi, Fischer 2002) on the value as a share of the amount.
struct UCB1: Policy {
    static let name = "UCB1"
    static let isAdaptive = true
    private var tries: [Double]
    private var successes: [Double]
    private var all = 0.0

    init(accounts: Int, dayOne: [Int]) {
        tries = Array(repeating: 0, count: accounts)
        successes = tries
    }

    mutating func rank(_ order: Order) -> [Int] {
        order.byValue { account in
            guard tries[account] > 0 else { return 10 }
            return successes[account] / tries[account] + (2 * log(max(1, all)) / tries[account]).squareRoot()
        }
    }

    mutating func learn(_ told: Told, account: Int, bank: Int) {
        if case .customer = told { return }
        tries[account] += 1
        all += 1
        if case .success = told { successes[account] += 1 }
    }
}

/// Thompson sampling that forgets a share of everything with each outcome (Raj and Kalyani 2017).
struct DiscountedThompson: Policy {
    static let name = "discounted Thompson"
    static let isAdaptive = true
    /// Of 0.98, 0.99, 0.995, 0.998, 0.999 and 0.9995 the one that missed least on the tuning seeds.
    private static let discount = 0.9995
    private var successes: [Double]
    private var failures: [Double]

    init(accounts: Int, dayOne: [Int]) {
        successes = Array(repeating: 0, count: accounts)
        failures = successes
    }

    mutating func rank(_ order: Order) -> [Int] {
        var chance = Chance(Int(truncatingIfNeeded: order.seed))
        return order.byValue { account in
            let good = Self.gamma(1 + successes[account], &chance)
            return good / (good + Self.gamma(1 + failures[account], &chance))
        }
    }

    mutating func learn(_ told: Told, account: Int, bank: Int) {
        if case .customer = told { return }
        for index in successes.indices {
            successes[index] *= Self.discount
            failures[index] *= Self.discount
        }
        if case .success = told { successes[account] += 1 } else { failures[account] += 1 }
    }

    /// Marsaglia and Tsang (2000), for shapes of one and more.
    private static func gamma(_ shape: Double, _ chance: inout Chance) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = chance.normal()
            let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
            if v > 0, log(1 - chance.uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }
}
