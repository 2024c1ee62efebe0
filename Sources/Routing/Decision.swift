public import Core

/// The router's ordered candidates for an order, with the reason for every account that was left out.
public struct Decision: Sendable, Hashable {
    /// How the candidates were put in order.
    public let strategy: String
    /// The rule that matched; nil where none did.
    public let rule: String?
    /// The version of the rules; nil where there are none.
    public let revision: Int64?
    /// Where chance began; nil where none was drawn.
    public let seed: UInt64?
    /// Whether the candidates were taken for want of any whose breaker lets payments through.
    public let isDegraded: Bool
    /// How far failover may go.
    public let bounds: Bounds
    /// The counterparty's bank, where there is one.
    public let bank: String?
    /// In the order in which they are to be tried.
    public let candidates: [Identifier]
    /// Everybody else.
    public let exclusions: [Exclusion]
    /// What the candidates' places came from, in the same order.
    public let scores: [Score]

    /// How far failover may go.
    public struct Bounds: Sendable, Hashable {
        /// The most attempts of the order; nil is as many as there are candidates.
        public let attempts: Int?
        /// No attempt begins later than this after the first, in seconds; nil is no limit.
        public let seconds: Int?

        /// As far as there are candidates.
        public static let none = Bounds(attempts: nil, seconds: nil)
    }

    /// An account that was left out.
    public struct Exclusion: Sendable, Hashable {
        /// Which.
        public let account: Identifier
        /// Why.
        public let reason: ExclusionReason

        /// An exclusion.
        public init(account: Identifier, reason: ExclusionReason) {
            self.account = account
            self.reason = reason
        }
    }

    /// What a candidate's place came from.
    public struct Score: Sendable, Hashable {
        /// Which.
        public let account: Identifier
        /// What.
        public let measure: Measure

        /// By what a strategy measures.
        public enum Measure: Sendable, Hashable {
            /// The account's priority, or its place in the rule's list; less is better.
            case priority(Int)
            /// Its share in per cent; its place was drawn.
            case weight(Int)
            /// In minor units; nil where the document does not say, which comes last.
            case cost(Int64?)
            /// In milliseconds; nil where nobody has measured it, which comes last.
            case latency(Int64?)
            /// What the ranker said.
            case expectation(AdaptiveScore)
        }
    }
}
