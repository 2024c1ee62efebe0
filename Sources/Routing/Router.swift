public import Core

/// What routing knows of one provider account for one payment.
public struct Contender: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// Whether an operator lets it take payments.
    public let isEnabled: Bool
    /// Whether it is used for the payment's method, and what its provider then allows.
    public let limits: Limits?
    /// Lower is tried first.
    public let priority: Int
    /// Whether its provider would find a field of the payment wrong.
    public let isRequestInvalid: Bool

    /// What a provider allows for a method, in minor units.
    public struct Limits: Sendable, Hashable {
        /// The least and the greatest amount.
        public let amounts: ClosedRange<Int64>
        /// What an amount must be a multiple of.
        public let step: Int64

        /// Limits.
        public init(amounts: ClosedRange<Int64>, step: Int64) {
            self.amounts = amounts
            self.step = step
        }
    }

    /// A contender.
    public init(account: Identifier, isEnabled: Bool, limits: Limits?, priority: Int, isRequestInvalid: Bool)
    {
        self.account = account
        self.isEnabled = isEnabled
        self.limits = limits
        self.priority = priority
        self.isRequestInvalid = isRequestInvalid
    }
}

/// Chooses the accounts for a payment. Pure.
public enum Router {
    /// The eligible contenders by priority, ties by age of the account; and why the others are out.
    public static func decide(amount: Int64, among contenders: [Contender]) -> Decision {
        var eligible: [Contender] = []
        var exclusions: [Decision.Exclusion] = []
        for contender in contenders {
            if let reason = exclusion(of: contender, amount: amount) {
                exclusions.append(Decision.Exclusion(account: contender.account, reason: reason))
            } else {
                eligible.append(contender)
            }
        }
        eligible.sort { ($0.priority, $0.account) < ($1.priority, $1.account) }
        return Decision(strategy: "priority", candidates: eligible.map(\.account), exclusions: exclusions)
    }

    private static func exclusion(of contender: Contender, amount: Int64) -> ExclusionReason? {
        guard contender.isEnabled else { return .disabled }
        guard let limits = contender.limits else { return .methodNotOffered }
        if amount < limits.amounts.lowerBound { return .amountBelowMinimum }
        if amount > limits.amounts.upperBound { return .amountAboveMaximum }
        if amount % limits.step != 0 { return .amountStep }
        return contender.isRequestInvalid ? .requestInvalid : nil
    }
}
