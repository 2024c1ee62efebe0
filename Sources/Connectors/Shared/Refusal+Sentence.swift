internal import Core

extension Refusal.Reason {
    /// What a person is told where the provider's own words are missing, or not fit to be shown.
    var sentence: String {
        switch self {
        case .invalidAccount: "The receiving account or wallet does not exist, or cannot receive."
        case .nameMismatch: "The name does not fit the receiving account."
        case .limitExceeded: "The amount is outside what the provider allows."
        case .insufficientBalance: "The balance with the provider does not cover the payment."
        case .bankUnavailable: "The provider does not serve this bank or wallet now."
        case .invalidRequest: "The provider refused the payment and gave no reason."
        case .duplicateReference: "The reference was used before."
        case .misconfigured: "The provider does not accept this account's credentials or configuration."
        case .providerUnavailable: "The provider is out of order."
        case .declined: "The provider could not complete the payment."
        case .cancelledByProvider: "The provider cancelled the payment."
        case .neverArrived: "The request never arrived."
        case .preparationLapsed: "What had been prepared ran out before it was submitted."
        case .noRoute: "No provider account can take the payment now."
        case .operatorDecision: "An operator decided so."
        }
    }
}
