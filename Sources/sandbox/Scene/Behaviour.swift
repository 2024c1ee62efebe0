/// How a provider behaves in one exchange and in what follows from it. The raw values are the words of the control API.
enum Behaviour: String, Sendable, CaseIterable {
    case succeed
    /// A definitive refusal before acceptance; the next two give their own reason.
    case refuse
    case refuseAccount = "refuse_account"
    case refuseBalance = "refuse_balance"
    /// Accepted, fails afterwards; a deposit's payer cannot pay.
    case failLater = "fail_later"
    case loseAnswerAfter = "lose_answer_after"
    case loseAnswerBefore = "lose_answer_before"
    case errorAfter = "error_after"
    case errorBefore = "error_before"
    case garbledAfter = "garbled_after"
    case badSignatureAnswer = "bad_signature_answer"
    case slow
    case duplicateCallback = "duplicate_callback"
    case earlyCallback = "early_callback"
    case lateCallback = "late_callback"
    case noCallback = "no_callback"
    case outOfOrderCallbacks = "out_of_order_callbacks"
    case forgedCallback = "forged_callback"
    case wrongAmountCallback = "wrong_amount_callback"
    case wrongCurrencyCallback = "wrong_currency_callback"
    case wrongAccountCallback = "wrong_account_callback"
    case stuck
    case notWhitelisted = "not_whitelisted"
    case badKey = "bad_key"
    /// Without magic digits, by the control API only: cancelled instead of completed (HaiPay: failed).
    case cancelLater = "cancel_later"
    /// HaiPay's status -1 for as long again as the payout takes, then completed (PayPlus: just completed later).
    case exceptionFirst = "exception_first"
    /// A query answered as if the order were unknown.
    case notFound = "not_found"
    /// Bakong's own, by the control API only: a transaction that failed, a token that is not taken, a caller abroad,
    /// an account that may not ask for lists, too many requests; then transactions told of wrongly.
    case failed, unauthorised, blocked
    case bulkForbidden = "bulk_forbidden"
    case rateLimited = "rate_limited"
    case wrongAmount = "wrong_amount"
    case wrongCurrency = "wrong_currency"
    case wrongAccount = "wrong_account"
    /// KESS's refusals by their codes, at whichever step.
    case notEligible = "not_eligible"
    case validation, used, expired
    case notExist = "not_exist"
    /// KESS's answers that tell something else than the truth: the receiver has another name, and so on.
    case rename
    case wrongReceiver = "wrong_receiver"
    case wrongReference = "wrong_reference"

    private static let magic: [Behaviour] = [
        .succeed, .refuse, .refuseAccount, .refuseBalance, .failLater, .loseAnswerAfter, .loseAnswerBefore,
        .errorAfter, .errorBefore, .garbledAfter, .badSignatureAnswer, .slow, .duplicateCallback,
        .earlyCallback,
        .lateCallback, .noCallback, .outOfOrderCallbacks, .forgedCallback, .wrongAmountCallback,
        .wrongCurrencyCallback, .wrongAccountCallback, .stuck, .notWhitelisted, .badKey,
    ]

    /// The behaviour that an amount's two decimals ask for: 0.04 is the fifth word.
    init(magicOf amount: Amount) {
        self = amount.hundredths < Self.magic.count ? Self.magic[amount.hundredths] : .succeed
    }
}

/// The calls that a behaviour can be set for.
enum Operation: String, Sendable, CaseIterable {
    case deposit, withdraw, query, balance, health, banks, apply, ledger, callback
    /// Bakong's.
    case check, account, deeplink, renew, verify
    case checkList = "check_list"
    case checkHash = "check_hash"
    case checkShortHash = "check_short_hash"
    case requestToken = "request_token"
    case token, create, confirm
}

/// What a callback says, apart from the truth.
enum CallbackVariant: String, Sendable, CaseIterable {
    case genuine, duplicate, forged
    case wrongAmount = "wrong_amount"
    case wrongCurrency = "wrong_currency"
    case wrongAccount = "wrong_account"
    case wrongReference = "wrong_reference"
    case stale, garbled
}

/// A behaviour with its parameters, as chosen for one call.
struct Script: Sendable {
    var behaviour: Behaviour
    var latencyMs: Int64
    var lateMs: Int64
}

/// A behaviour ordered through the control API for the next calls.
struct PlannedBehaviour: Sendable {
    var account: AccountKey
    var operation: Operation
    var behaviour: Behaviour
    var remaining: Int
    var latencyMs: Int64?
    var lateMs: Int64?
}
