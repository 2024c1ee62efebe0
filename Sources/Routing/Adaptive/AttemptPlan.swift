/// One account as a plan of attempts sees it.
struct PlannedAttempt: Sendable {
    /// The probability that the payment succeeds by it.
    var success: Double
    /// The probability that it does not, and that the next account may be tried.
    var next: Double
    /// `success × value − cost`, in minor units.
    var gain: Double

    /// `customers` is the share of payments that fail through the customer at whichever account.
    init(success: Double, retryable: Double, customers: Double, value: Double, cost: Double) {
        let success = success * (1 - customers)
        self.success = success
        next = (1 - customers - success) * retryable
        gain = success * value - cost
    }

    /// What to order attempts by that will be made one after the other: exchanging two neighbours shows that the
    /// greater goes first.
    var index: Double { gain / max(1e-6, 1 - next) }
}

/// The best accounts to try one after the other, and what a plan is worth.
enum AttemptPlan {
    /// The plan of at most `count` attempts with the greatest expected value, and then the others by their gain.
    ///
    /// Whatever accounts are chosen, the best order is by `index`; which are chosen is a dynamic programme over it.
    static func best(_ attempts: [PlannedAttempt], count: Int) -> [Int] {
        let byGain = attempts.indices.sorted { attempts[$0].gain > attempts[$1].gain }
        guard count > 1, attempts.count > 1 else { return byGain }
        let indexes = attempts.map(\.index)
        let order = attempts.indices.sorted { indexes[$0] > indexes[$1] }
        let rounds = min(count, order.count)
        let width = rounds + 1
        // The value of what is left of the order with so many attempts left: only of numbers that the attempts before leave, and no
        // more than are of use.
        var worth = [Double](repeating: 0, count: (order.count + 1) * width)
        for place in stride(from: order.count - 1, through: 0, by: -1) {
            let attempt = attempts[order[place]]
            let after = order.count - place - 1
            for left in max(1, rounds - place)...min(rounds, after + 1) {
                let without = worth[(place + 1) * width + min(left, after)]
                let with = attempt.gain + attempt.next * worth[(place + 1) * width + left - 1]
                worth[place * width + left] = max(without, with)
            }
        }
        var plan: [Int] = []
        plan.reserveCapacity(order.count)
        var left = rounds
        for place in order.indices where left > 0 {
            let after = order.count - place - 1
            left = min(left, after + 1)
            if worth[place * width + left] > worth[(place + 1) * width + min(left, after)] {
                plan.append(order[place])
                left -= 1
            }
        }
        for candidate in byGain where !plan.contains(candidate) { plan.append(candidate) }
        return plan
    }

    /// The expected value of the first `count` attempts of a plan.
    static func worth(_ attempts: [PlannedAttempt], _ plan: [Int], count: Int) -> Double {
        var total = 0.0
        var reached = 1.0
        for candidate in plan.prefix(count) {
            total += reached * attempts[candidate].gain
            reached *= attempts[candidate].next
        }
        return total
    }

    /// For each account, the expected value of the plan's first `count - 1` other attempts: what comes after it where it is put
    /// first, if it comes to that. A plan has every account.
    static func rests(_ attempts: [PlannedAttempt], _ plan: [Int], count: Int) -> [Double] {
        let made = min(count, plan.count)
        // Of the plan's attempts from a place on, among the first `made`.
        var rest = 0.0
        var rests = [Double](repeating: 0, count: attempts.count)
        for candidate in plan.prefix(made).reversed() {
            rests[candidate] = rest
            rest = attempts[candidate].gain + attempts[candidate].next * rest
        }
        // Of those before it.
        var total = 0.0
        var reached = 1.0
        for (place, candidate) in plan.enumerated() {
            if place == made - 1, made < plan.count {
                // Who is not among the first leaves one less for the others.
                for later in plan[made...] { rests[later] = total }
            }
            guard place < made else { break }
            rests[candidate] = total + reached * rests[candidate]
            total += reached * attempts[candidate].gain
            reached *= attempts[candidate].next
        }
        return rests
    }
}
