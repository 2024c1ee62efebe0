internal import Core

/// What KESS's refusals mean to a merchant.
enum KESSRefusals {
    static let unauthenticated = Refusal(
        .misconfigured, "The provider refuses the account's credentials.", worthAnotherAccount: true)

    /// A documented refusal. What is wrong with a field only its description tells.
    static func refusal(_ error: KESSError, _ description: String, of payment: Payment) -> Refusal {
        switch error {
        case .notEligible:
            let shown = ProviderWords.shown(description, hiding: payment.counterparty)
            return Refusal(
                .invalidAccount, shown ?? Refusal.Reason.invalidAccount.sentence, worthAnotherAccount: false)
        case .unauthenticated: return unauthenticated
        default: return table.refusal(description, hiding: payment.counterparty)
        }
    }

    /// In order: the narrower words first.
    private static let table = RefusalTable(
        [
            .init(
                ["insufficient", "not enough balance", "balance is not enough"], .insufficientBalance,
                worthAnotherAccount: true),
            .init(["daily limit", "monthly limit", "quota"], .limitExceeded, worthAnotherAccount: true),
            .init(
                ["limit", "amount", "minimum", "maximum", "exceed"], .limitExceeded,
                worthAnotherAccount: false),
            .init(["sign", "signature", "partner"], .misconfigured, worthAnotherAccount: true),
            .init(
                ["receiver", "receiver_id", "wallet", "account", "phone"], .invalidAccount,
                worthAnotherAccount: false),
        ], otherwise: .invalidRequest)
}
