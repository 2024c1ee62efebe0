internal import Core

/// What HaiPay's errors mean. Its table of codes is not public, so the words are read by what they are about.
enum HaiPayRefusals {
    /// What an error in answer to an application proves: a definitive refusal, by the documents.
    static func outcome(message: String, of payment: Payment) -> Outcome {
        // Our references are never used twice: an earlier call of this very attempt arrived, and only the query tells
        // what became of it.
        if RefusalTable.words(message).says(anyOf: duplicates) {
            return .unknown("the reference is known already: an earlier request arrived")
        }
        return .rejected(table.refusal(message, hiding: payment.counterparty))
    }

    /// Why an order that was taken did not happen.
    static func failure(_ message: String?, of payment: Payment?) -> Refusal {
        table.otherwise(.declined).refusal(message ?? "", hiding: payment?.counterparty)
    }

    /// Whether an error in answer to a query says that the order, and not the app or the channel, is unknown.
    static func saysNotFound(_ message: String) -> Bool {
        let words = RefusalTable.words(message)
        return words.says(anyOf: ["order", "orderid", "transaction"])
            && words.says(anyOf: ["not exist", "not exists", "not found", "doesn t exist", "no such"])
    }

    private static let duplicates = [
        "already exists", "already exist", "already existed", "already used", "duplicate", "duplicated",
        "repeat",
        "repeated", "重复", "已存在",
    ]

    /// In order: the narrower words first.
    static let table = RefusalTable(
        [
            .init(
                ["insufficient", "not enough balance", "balance not enough", "balance is not enough"],
                .insufficientBalance, worthAnotherAccount: true),
            .init(
                [
                    "sign", "signature", "appid", "app", "whitelist", "ip", "unauthorized", "permission",
                    "secret",
                ], .misconfigured, worthAnotherAccount: true),
            .init(
                ["daily limit", "monthly limit", "account limit", "quota"], .limitExceeded,
                worthAnotherAccount: true),
            .init(
                ["limit", "amount", "minimum", "maximum", "exceed", "exceeds", "exceeded"], .limitExceeded,
                worthAnotherAccount: false),
            .init(["merchant"], .misconfigured, worthAnotherAccount: true),
            .init(
                ["name"], .nameMismatch,
                worthAnotherAccount: false),
            .init(
                ["channel", "bank code", "bankcode", "accounttype", "payment method"],
                .bankUnavailable, worthAnotherAccount: true),
            .init(
                ["account", "accountno", "phone", "mobile", "msisdn", "wallet", "subscriber", "recipient"],
                .invalidAccount, worthAnotherAccount: false),
            .init(["bank"], .bankUnavailable, worthAnotherAccount: true),
            .init(
                [
                    "maintenance", "unavailable", "busy", "try again later", "timeout", "exception",
                    "system error",
                ],
                .providerUnavailable, worthAnotherAccount: false),
        ], otherwise: .invalidRequest)
}
