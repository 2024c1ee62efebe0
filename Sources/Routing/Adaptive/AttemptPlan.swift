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
        let order = attempts.indices.sorted { attempts[$0].index > attempts[$1].index }
        let rounds = min(count, order.count)
        let width = rounds + 1
        var worth = [Double](repeating: 0, count: (order.count + 1) * width)
        for place in stride(from: order.count - 1, through: 0, by: -1) {
            let attempt = attempts[order[place]]
            for left in 1...rounds {
                let without = worth[(place + 1) * width + left]
                let with = attempt.gain + attempt.next * worth[(place + 1) * width + left - 1]
                worth[place * width + left] = max(without, with)
            }
        }
        var plan: [Int] = []
        var left = rounds
        for place in order.indices where left > 0 {
            if worth[place * width + left] > worth[(place + 1) * width + left] {
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

    /// The expected value of a plan with one account put first, if it is as supposed.
    static func worth(
        _ attempts: [PlannedAttempt], _ plan: [Int], count: Int, first: Int, supposed: PlannedAttempt
    ) -> Double {
        var total = supposed.gain
        var reached = supposed.next
        var left = count - 1
        for candidate in plan {
            if left == 0 { break }
            if candidate == first { continue }
            total += reached * attempts[candidate].gain
            reached *= attempts[candidate].next
            left -= 1
        }
        return total
    }
}
