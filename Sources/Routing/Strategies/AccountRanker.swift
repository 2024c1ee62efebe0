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

/// An account with the parts of its score.
public struct RankedAccount: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// What its place came from, by names that an operator can read: `expected`, `success`.
    public let parts: [Part]

    /// A number with its name.
    public struct Part: Sendable, Hashable {
        /// In lower case.
        public let name: String
        /// The number.
        public let value: Double

        /// A part.
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// An account with its parts.
    public init(account: Identifier, parts: [Part]) {
        self.account = account
        self.parts = parts
    }
}
