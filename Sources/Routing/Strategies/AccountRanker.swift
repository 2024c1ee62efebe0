public import Core

/// Puts accounts in order by what was observed: the `adaptive` strategy. The best comes first. Who is left out comes
/// after the others, and who was not asked about is not listened to.
public typealias AccountRanker = (RankingRequest) -> [RankedAccount]

/// What `adaptive` is asked.
public struct RankingRequest: Sendable {
    /// About which payment.
    public let question: RoutingQuestion
    /// What success is worth, in minor units.
    public let value: Int64
    /// How many of them may be tried, one after the other; at least 1 where there is anybody.
    public let attempts: Int
    /// Where chance begins: the same for the same order, and stored with the decision.
    public let seed: UInt64
    /// Among whom: all of them eligible.
    public let entrants: [Entrant]

    /// An account that may take the payment.
    public struct Entrant: Sendable {
        /// Which.
        public let account: Identifier
        /// What it costs, in minor units; nil where the document does not say.
        public let cost: Int64?
    }
}

/// An account with its score.
public struct RankedAccount: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// What its place came from.
    public let score: AdaptiveScore

    /// An account with its score.
    public init(account: Identifier, score: AdaptiveScore) {
        self.account = account
        self.score = score
    }
}

/// What is expected of an account for a payment.
public struct AdaptiveScore: Sendable, Hashable {
    /// Why an account is first although its plan's value does not make it so.
    public enum Reason: String, Sendable, Hashable {
        /// It might be better than it seems, and little is lost by looking.
        case exploration
        /// It was down, and it is time to ask whether it still is.
        case probe
    }

    /// Success, where the customer does not fail it, × value − cost; in minor units.
    public var expected: Double
    /// The probability that its provider does not fail the payment, within [0.02, 0.98].
    public var success: Double
    /// That probability's standard deviation.
    public var spread: Double
    /// The attempts that the estimate is worth, the prior's among them.
    public var weight: Double
    /// In minor units.
    public var cost: Int64
    /// Whether it is thought to be out of order.
    public var isDown: Bool
    /// Why it is first, where its score alone does not make it so.
    public var reason: Reason?

    /// A score.
    public init(
        expected: Double, success: Double, spread: Double = 0, weight: Double = 0, cost: Int64 = 0,
        isDown: Bool = false, reason: Reason? = nil
    ) {
        self.expected = expected
        self.success = success
        self.spread = spread
        self.weight = weight
        self.cost = cost
        self.isDown = isDown
        self.reason = reason
    }
}
