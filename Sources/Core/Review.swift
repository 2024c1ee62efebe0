/// Why a person must look at an order.
public enum ReviewReason: String, Sendable, Hashable, CaseIterable {
    /// A payer paid less than was asked.
    case paidShort = "paid_short"
    /// A payer paid more than was asked.
    case paidOver = "paid_over"
    /// The provider speaks of another amount, or contradicts itself about it.
    case amountMismatch = "amount_mismatch"
    /// The provider speaks of another currency.
    case currencyMismatch = "currency_mismatch"
    /// One account's provider speaks of another account's attempt, or of a payment to another account.
    case accountMismatch = "account_mismatch"
    /// The provider's news contradicts a state that is final.
    case contradiction
    /// The outcome has been unknown for longer than the connector's grace time.
    case outcomeUnknown = "outcome_unknown"
    /// A payin was paid after its merchant took the order back.
    case paidAfterCancel = "paid_after_cancel"
    /// The order's row holds something that this version of the program does not know.
    case unreadable

    /// Whether there is news of money that contradicts what is stored: until a person has decided, nothing more may be
    /// sent for the order. The others say that news is missing.
    public var isContradiction: Bool {
        switch self {
        case .outcomeUnknown, .unreadable: false
        default: true
        }
    }
}
