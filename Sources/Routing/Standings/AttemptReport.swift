public import Core

/// What an attempt came to, as routing learns from it.
public struct AttemptReport: Sendable, Hashable {
    /// Whose.
    public let account: Identifier
    /// By which method.
    public let method: PaymentMethod
    /// The counterparty's bank, where there is one.
    public let bank: String?
    /// What it says of the account.
    public let verdict: Verdict
    /// How long the provider took, in milliseconds, at most `latencyMax`; nil where that was not measured.
    public let latency: Int64?
    /// When it was written.
    public let at: Timestamp
    /// When the attempt was sent; as it was written, where that is not known.
    public let begun: Timestamp

    /// What an attempt says of its account.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// The provider did what it was asked: a payout arrived, a payer has something to pay by.
        case success
        /// The provider's failure, after which another account may be tried.
        case failure
        /// The provider's failure, after which none may.
        case finalFailure = "final_failure"
        /// Nobody knows what became of it: the answer was lost or cannot be read.
        case timeout
        /// The customer's failure, which says nothing of the provider.
        case customer
        /// No attempt at all: an operator has reset the breaker. It has its place among the attempts, the same for everybody.
        case reset

        /// For the adaptive scores. An answer that was lost is a failure that no other account may make good.
        var result: AdaptiveScores.Result? {
            switch self {
            case .success: .success
            case .failure: .failure(isRetryable: true)
            case .finalFailure, .timeout: .failure(isRetryable: false)
            case .customer: .customer
            case .reset: nil
            }
        }

        /// For the breaker.
        var event: CircuitBreaker.Event? {
            switch self {
            case .success: .success
            case .failure, .finalFailure: .failure
            case .timeout: .timeout
            case .customer, .reset: nil
            }
        }
    }

    /// An hour, in milliseconds: nothing that takes longer is a latency. A payout that arrives after weeks is told of, too.
    public static let latencyMax: Int64 = 3_600_000

    /// A report.
    public init(
        account: Identifier, method: PaymentMethod, bank: String?, verdict: Verdict, latency: Int64?,
        at: Timestamp, begun: Timestamp? = nil
    ) {
        self.account = account
        self.method = method
        self.bank = bank
        self.verdict = verdict
        self.latency = latency.map { min(max(0, $0), Self.latencyMax) }
        self.at = at
        self.begun = begun ?? at
    }
}
