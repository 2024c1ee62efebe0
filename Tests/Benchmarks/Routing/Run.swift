/// One policy in one world: what it missed, and how soon it noticed.
struct Result {
    /// Of the oracle's expected value, the share that was missed.
    var regret = 0.0
    /// Outcomes of the failing account that were seen before it was left, per outage.
    var left: [Int] = []
    /// Orders from a recovery to its use, per outage.
    var found: [Int] = []
    /// What was missed up to each hundredth of the orders, as a share of the oracle's value of all.
    var course: [Double] = []
}

struct Run {
    private let world: World
    private let attempts: Int
    private let orders: [Order]
    /// By order, then account.
    private let truth: [Double]
    private let best: [Double]
    private let oracleFirst: [Int]
    private let seed: Int

    init(_ world: World, seed: Int, attempts: Int) {
        self.world = world
        self.attempts = attempts
        self.seed = seed
        var chance = Chance(seed, 99)
        let count = world.accounts.count
        var orders: [Order] = []
        var truth: [Double] = []
        var best: [Double] = []
        var first: [Int] = []
        for number in 0..<world.orders {
            let amount =
                chance.uniform() < 0.8 ? chance.uniform(2_000...50_000) : chance.uniform(50_000...400_000)
            var bank = 0
            var left = chance.uniform()
            while bank < world.bankShares.count - 1, left >= world.bankShares[bank] {
                left -= world.bankShares[bank]
                bank += 1
            }
            let order = Order(
                number: number, amount: amount, bank: bank,
                costs: world.accounts.map { $0.fixed + $0.rate(number) * amount },
                candidates: (0..<count).filter { world.accounts[$0].opens <= number }, attempts: attempts,
                seed: chance.next())
            orders.append(order)
            for account in 0..<count { truth.append(world.probability(account, number, bank)) }
            let plan = Oracle.plan(order, world, truth[(number * count)...])
            best.append(plan.worth)
            first.append(plan.first)
        }
        (self.orders, self.truth, self.best, self.oracleFirst) = (orders, truth, best, first)
    }

    /// An outcome on its way.
    private struct Pending {
        let told: Told
        let account: Int
        let bank: Int
    }

    private var dayOne: [Int] {
        let values = world.accounts.map { account in
            let banks = world.bankShares.indices.map { world.bankShares[$0] * account.bank($0, 0) }
            return account.success(0) * banks.reduce(0, +) - account.rate(0)
        }
        return values.indices.sorted { values[$0] > values[$1] }
    }

    func play<P: Policy>(_: P.Type) -> Result {
        var policy = P(accounts: world.accounts.count, dayOne: dayOne)
        var pending: [[Pending]] = Array(repeating: [], count: 256)
        var firsts: [Int] = []
        var arrivals: [Int] = []
        let all = best.reduce(0, +)
        var (gained, missed) = (0.0, 0.0)
        var course: [Double] = []
        for order in orders {
            let slot = order.number & 255
            for outcome in pending[slot] {
                policy.learn(outcome.told, account: outcome.account, bank: outcome.bank)
            }
            pending[slot].removeAll(keepingCapacity: true)
            let plan = policy.rank(order).prefix(attempts)
            let worth = worth(of: plan, order)
            gained += worth
            missed += best[order.number] - worth
            if (order.number + 1) % max(1, orders.count / 100) == 0 { course.append(missed / all) }
            var chance = Chance(seed, order.number, 5)
            let delay = 1 + chance.whole(0...world.inFlight(order.number))
            firsts.append(plan.first ?? 0)
            arrivals.append(order.number + delay)
            for (told, account) in outcomes(of: plan, order, &chance) {
                pending[(order.number + delay) & 255].append(
                    Pending(told: told, account: account, bank: order.bank))
            }
        }
        var result = Result(regret: 1 - gained / all, course: course)
        for outage in world.outages { judge(outage, firsts, arrivals, &result) }
        return result
    }

    private func worth(of plan: ArraySlice<Int>, _ order: Order) -> Double {
        let customer = world.customerShare(order.number)
        var reached = 1.0
        var total = 0.0
        for account in plan {
            let success = truth[order.number * world.accounts.count + account]
            total += reached * ((1 - customer) * success * order.amount - order.costs[account])
            reached *= (1 - customer) * (1 - success) * (1 - world.accounts[account].stops(order.number))
        }
        return total
    }

    /// The same luck for every policy: an account draws the same number for an order, whoever asks.
    private func outcomes(
        of plan: ArraySlice<Int>, _ order: Order, _ chance: inout Chance
    ) -> [(Told, Int)] {
        var told: [(Told, Int)] = []
        let isCustomers = chance.uniform() < world.customerShare(order.number)
        let isRecognised = chance.uniform() >= world.unrecognised
        for account in plan {
            var own = Chance(seed, order.number, 1000 + account)
            if isCustomers {
                told.append((isRecognised ? .customer : .failure(isRetryable: false), account))
                break
            }
            if own.uniform() < truth[order.number * world.accounts.count + account] {
                told.append((.success, account))
                break
            }
            let isRetryable = own.uniform() >= world.accounts[account].stops(order.number)
            told.append((.failure(isRetryable: isRetryable), account))
            if !isRetryable { break }
        }
        return told
    }

    /// How much of an order's amount an account is better than the next.
    private func advantage(_ account: Int, _ order: Int) -> Double {
        let values = world.accounts.map { $0.success(order) - $0.rate(order) }
        let others = values.indices.filter { $0 != account }.map { values[$0] }
        return values[account] - (others.max() ?? 0)
    }

    /// Left: at most 2 of the next 20 orders go there. Found: at least 10 of the next 20.
    private func judge(_ outage: World.Outage, _ firsts: [Int], _ arrivals: [Int], _ result: inout Result) {
        let (start, end) = (outage.range.lowerBound, outage.range.upperBound)
        func share(_ from: Int, _ values: [Int]) -> Int {
            values[from..<min(values.count, from + 20)].count { $0 == outage.account }
        }
        if share(start - 20, firsts) >= 10, share(start - 20, oracleFirst) >= 10 {
            let leave = (start..<end).first { share($0, firsts) <= 2 } ?? end
            result.left.append(
                (start..<leave).count { firsts[$0] == outage.account && arrivals[$0] <= leave })
        }
        guard end + 1000 < firsts.count, share(end, oracleFirst) >= 15, advantage(outage.account, end) >= 0.01
        else { return }
        let limit = firsts.count - 20
        result.found.append(((end..<limit).first { share($0, firsts) >= 10 } ?? limit) - end)
    }
}

/// Knows the truth, and makes of it the best plan there is.
enum Oracle {
    static func plan(_ order: Order, _ world: World, _ truth: ArraySlice<Double>) -> (
        worth: Double, first: Int
    ) {
        let customer = world.customerShare(order.number)
        var found = (worth: -Double.infinity, first: 0)
        /// `used` has a bit for each account of the plan so far.
        func extend(_ used: UInt64, _ first: Int?, _ left: Int, _ reached: Double, _ worth: Double) {
            for account in order.candidates where used & 1 << UInt64(account) == 0 {
                let success = truth[truth.startIndex + account]
                let total = worth + reached * ((1 - customer) * success * order.amount - order.costs[account])
                if total > found.worth { found = (total, first ?? account) }
                guard left > 1 else { continue }
                let stops = world.accounts[account].stops(order.number)
                extend(
                    used | 1 << UInt64(account), first ?? account, left - 1,
                    reached * (1 - customer) * (1 - success) * (1 - stops), total)
            }
        }
        extend(0, nil, order.attempts, 1, 0)
        return found
    }
}
