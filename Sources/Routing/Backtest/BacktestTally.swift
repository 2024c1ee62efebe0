public import Core

/// What replaying orders under a proposed plan came to so far. It grows with accounts, methods and rules, not with orders.
public struct BacktestTally: Sendable, Hashable {
    /// Orders that were replayed.
    public internal(set) var orders: Int64 = 0
    /// Orders for which nothing was ever sent: left out.
    public internal(set) var notSent: Int64 = 0
    /// Orders that this version cannot read: left out.
    public internal(set) var unreadable: Int64 = 0
    /// Orders that the plan in force, replayed in the same way, would have sent elsewhere than they went.
    public internal(set) var differing: Int64 = 0
    /// By where they went and where they would have gone, those that stay among them.
    public internal(set) var moves: [Move: Sums] = [:]
    /// By the rule that would have matched.
    public internal(set) var rules: [Rule: Share] = [:]
    /// What first attempts came to.
    public internal(set) var evidence: [Place: Proportion] = [:]

    /// From one account to another, or to the same, for payments by one method.
    public struct Move: Sendable, Hashable {
        /// The method.
        public let method: PaymentMethod
        /// Where the first attempt went.
        public let from: Identifier
        /// Where it would have gone; nil is nowhere: no account would have been a candidate.
        public let to: Identifier?

        /// Whether the payment would have gone elsewhere.
        public var isMove: Bool { from != to }
    }

    /// Amounts and costs are in minor units of the method's currency.
    public struct Sums: Sendable, Hashable {
        /// Orders.
        public internal(set) var orders: Int64 = 0
        /// Of what amount altogether.
        public internal(set) var amount: Int64 = 0
        /// Orders whose money moved.
        public internal(set) var paid: Int64 = 0
        /// What those cost at either account by the proposed document.
        public internal(set) var proposed = Costs()
        /// What those cost at either account by the document in force.
        public internal(set) var inForce = Costs()
    }

    /// The costs of orders that a document knows at both accounts.
    public struct Costs: Sendable, Hashable {
        /// How many.
        public internal(set) var orders: Int64 = 0
        /// Where they went.
        public internal(set) var before: Int64 = 0
        /// Where they would have gone.
        public internal(set) var after: Int64 = 0
    }

    /// A rule of the proposed document.
    public struct Rule: Sendable, Hashable {
        /// Its name; nil where none matched.
        public let name: String?
        /// How it puts candidates in order.
        public let strategy: Strategy
    }

    /// What a rule decides.
    public struct Share: Sendable, Hashable {
        /// Orders that it matches.
        public internal(set) var orders: Int64 = 0
        /// Orders of those that would have gone elsewhere.
        public internal(set) var moved: Int64 = 0
    }

    /// An account with a method.
    public struct Place: Sendable, Hashable {
        /// Which.
        public let account: Identifier
        /// For what.
        public let method: PaymentMethod
    }

    /// Nothing yet.
    public init() {}

    /// An order that was never sent.
    public mutating func addNotSent() { notSent += 1 }

    /// An order that cannot be read.
    public mutating func addUnreadable() { unreadable += 1 }

    /// Decides an order again.
    ///
    /// - Parameters:
    ///   - contenders: as they stand apart from what only the moment told.
    ///   - inForce: what the proposed plan is compared with.
    public mutating func add(
        _ order: ReplayedOrder, among contenders: [Contender], proposed: RoutingPlan, inForce: RoutingPlan
    ) {
        let question = order.question
        let decision = Router.decide(question, among: contenders, by: proposed)
        let today = Router.decide(question, among: contenders, by: inForce)
        let move = Move(method: question.method, from: order.account, to: decision.candidates.first)
        orders += 1
        if today.candidates.first != order.account { differing += 1 }
        let rule = Rule(name: decision.rule, strategy: Strategy(rawValue: decision.strategy) ?? .priority)
        rules[rule, default: Share()].add(isMove: move.isMove)
        moves[move, default: Sums()].add(order, to: move.to, proposed, inForce)
        if let isSuccess = order.isSuccess {
            let place = Place(account: order.account, method: question.method)
            evidence[place, default: Proportion(0, of: 0)].add(isSuccess)
        }
    }
}

extension BacktestTally.Share {
    fileprivate mutating func add(isMove: Bool) {
        orders += 1
        if isMove { moved += 1 }
    }
}

extension BacktestTally.Sums {
    fileprivate mutating func add(
        _ order: ReplayedOrder, to account: Identifier?, _ proposed: RoutingPlan, _ inForce: RoutingPlan
    ) {
        orders += 1
        amount.add(order.question.amount)
        guard order.isPaid else { return }
        paid += 1
        self.proposed.add(order, to: account, proposed)
        self.inForce.add(order, to: account, inForce)
    }
}

extension BacktestTally.Costs {
    /// Like with like: both costs from one document, or none.
    fileprivate mutating func add(_ order: ReplayedOrder, to account: Identifier?, _ plan: RoutingPlan) {
        let tariffs = plan.tariffs(of: order.question.method)
        guard let account, let before = tariffs[order.account], let after = tariffs[account] else { return }
        orders += 1
        self.before.add(before.cost(of: order.question.amount))
        self.after.add(after.cost(of: order.question.amount))
    }
}

extension Int64 {
    /// Adds what is not below 0; stays at the greatest number where the sum does not fit.
    fileprivate mutating func add(_ amount: Int64) {
        let (sum, overflow) = addingReportingOverflow(amount)
        self = overflow ? .max : sum
    }
}
