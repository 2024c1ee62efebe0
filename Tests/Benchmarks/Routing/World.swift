/// Everything that is true in one world under one seed, and that no policy is told.
struct World {
    let name: String
    /// In the table and the plots, worlds of one kind stand together.
    let kind: String
    let orders: Int
    var accounts: [Account]
    /// How orders are spread over banks; sums to one.
    var bankShares: [Double] = [0.35, 0.25, 0.15, 0.1, 0.1, 0.05]
    /// Share of orders that fail through the customer, by order.
    var customerShare: (Int) -> Double = { _ in 0.03 }
    /// Share of those that the provider does not tell from its own failures.
    var unrecognised = 0.0
    /// The most orders that begin before an outcome is known, by order.
    var inFlight: (Int) -> Int = { _ in 8 }
    /// Total outages, for the time to leave and to find the recovery.
    var outages: [Outage] = []

    struct Account {
        /// Success probability by order, before banks.
        var success: (Int) -> Double
        /// What an attempt costs, as a share of the amount, by order.
        var rate: (Int) -> Double
        /// In minor units.
        var fixed = 0.0
        /// What a bank multiplies the success by, by bank and order.
        var bank: (Int, Int) -> Double = { _, _ in 1 }
        /// Share of the failures after which no other account may be tried: time-outs, and what fails after acceptance.
        var stops: (Int) -> Double = { _ in 0.1 }
        /// The first order that may go there.
        var opens = 0

        init(_ success: Double, _ rate: Double) {
            self.success = { _ in success }
            self.rate = { _ in rate }
        }
    }

    struct Outage {
        let account: Int
        let range: Range<Int>
    }

    func probability(_ account: Int, _ order: Int, _ bank: Int) -> Double {
        let account = accounts[account]
        return min(0.995, max(0, account.success(order) * account.bank(bank, order)))
    }
}

extension World.Account {
    /// Multiplies the success within a range of orders.
    func times(_ factor: Double, _ range: Range<Int>) -> World.Account {
        let before = success
        var changed = self
        changed.success = { range.contains($0) ? before($0) * factor : before($0) }
        return changed
    }

    func with(_ change: (inout World.Account) -> Void) -> World.Account {
        var changed = self
        change(&changed)
        return changed
    }
}
