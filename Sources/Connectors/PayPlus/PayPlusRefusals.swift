internal import Core

/// What PayPlus's errors mean. The documents print six; the rest are words that Thai payment providers use, read by
/// what they are about.
enum PayPlusRefusals {
    /// Codes that do not prove that nothing was taken: time-outs, conflicts, too early, too many.
    private static let ambiguousCodes: Set<Int64> = [408, 409, 425, 429]

    /// What an error in answer to a deposit or withdrawal proves.
    static func outcome(code: Int64, message: String, of payment: Payment) -> Outcome {
        // Our references are never used twice: an earlier call of this very attempt arrived, and only the query tells
        // what became of it.
        let words = RefusalTable.words(message)
        if words.says(anyOf: duplicates) {
            return .unknown("the reference is known already: an earlier request arrived")
        }
        // Whatever the code: whom PayPlus gave up waiting for, a bank say, may have it.
        if words.says(anyOf: timeouts) { return .unknown("it speaks of a time-out") }
        if ambiguousCodes.contains(code) { return .unknown("code \(code) does not say whether it was taken") }
        let table =
            switch code {
            case 401, 403: credentials
            case 404, 405: table.otherwise(.misconfigured, worthAnotherAccount: true)
            default: table
            }
        return .rejected(table.refusal(message, hiding: payment.counterparty))
    }

    /// Why an order that was taken did not happen. The documents know no words for it but the status itself.
    static func failure(_ status: String) -> Refusal {
        let reason: Refusal.Reason = status == "cancelled" ? .cancelledByProvider : .declined
        return Refusal(reason, reason.sentence, worthAnotherAccount: false)
    }

    /// Whether an error in answer to a query says that the order, and not the path or the account, is unknown.
    static func saysNotFound(code: Int64, message: String) -> Bool {
        let words = RefusalTable.words(message)
        return (code == 400 || code == 404) && words.says(anyOf: ["order", "transaction"])
            && words.says(anyOf: ["not found", "not exist", "not exists", "doesn t exist", "no such"])
    }

    private static let duplicates = [
        "already exists", "already exist", "already used", "already been used", "duplicate", "duplicated",
        "repeated",
    ]

    private static let timeouts = ["timeout", "time out", "timed out"]

    /// 401 and 403 are about who we are, whatever their words.
    private static let credentials = RefusalTable([], otherwise: .misconfigured, worthAnotherAccount: true)

    /// In order: the narrower words first.
    static let table = RefusalTable(
        [
            .init(
                ["insufficient", "not enough balance", "balance not enough", "balance is not enough"],
                .insufficientBalance, worthAnotherAccount: true),
            .init(
                ["signature", "api key", "apikey", "whitelist", "whitelisted"], .misconfigured,
                worthAnotherAccount: true),
            .init(
                [
                    "service unavailable", "temporarily unavailable", "maintenance", "system busy",
                    "try again later",
                ],
                .providerUnavailable, worthAnotherAccount: true),
            .init(
                ["daily limit", "monthly limit", "limit of the account", "account limit", "quota"],
                .limitExceeded, worthAnotherAccount: true),
            .init(
                [
                    "limit", "minimum", "maximum", "exceed", "exceeds", "exceeded", "too small", "too large",
                    "amount",
                ],
                .limitExceeded, worthAnotherAccount: false),
            .init(
                ["merchantid", "merchant", "cannot post", "route not found"], .misconfigured,
                worthAnotherAccount: true),
            .init(
                ["account name", "name mismatch", "name does not match", "name not match", "account holder"],
                .nameMismatch, worthAnotherAccount: false),
            .init(["account", "bankaccountnumber"], .invalidAccount, worthAnotherAccount: false),
            .init(["bank", "bankname"], .bankUnavailable, worthAnotherAccount: true),
        ], otherwise: .invalidRequest)
}
