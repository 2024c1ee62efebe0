internal import Core
internal import JSON

/// What PayPlus says of one order, in a query's answer, a withdrawal's answer or a callback: all three have the same
/// members.
struct PayPlusOrder {
    /// `agent_order_no`.
    let reference: String
    /// `order_no`.
    let providerReference: String
    private let data: JSONObject

    /// The words for "not over yet".
    static let underWay: Set = ["pending", "waiting", "created", "in batch", "processing"]

    /// Reads the two numbers; `nil` when either is missing.
    init?(_ data: JSONObject) {
        guard let reference = data.reference("agent_order_no"), let number = data.reference("order_no") else {
            return nil
        }
        self.reference = reference
        providerReference = number
        self.data = data
    }

    /// What it says of `payment`.
    ///
    /// - Parameters:
    ///   - direction: the payment's, which is known where the payment itself is not.
    ///   - clock: the provider's time of the message, where the order itself has none.
    func outcome(of payment: Payment?, _ direction: Direction, clock: Timestamp? = nil) -> Outcome {
        guard let word = data["status"]?.stringValue else { return .unknown("no status") }
        // Nobody has paid a deposit that expired. It ends by its own time, not by this word: who pays all the same, late, has paid.
        let isUnderWay = Self.underWay.contains(word) || word == "expired" && direction == .payin
        switch word {
        case _ where isUnderWay:
            if let doubt = amountProblem(payment) { return .unknown(doubt) }
            return .accepted(
                Acceptance(providerReference: providerReference, payable: payable(payment), fee: fee))
        case "completed":
            return settlement(clock)
        case "cancelled", "failed", "expired":
            if let doubt = amountProblem(payment) { return .unknown(doubt) }
            return .failed(PayPlusRefusals.failure(word))
        default:
            return .unknown("a status that is not documented")
        }
    }

    /// What it says was asked for.
    var amount: Money? { currency.flatMap { data.money("amount", $0) } }

    /// The amount made unique, for a payin whose own answer was lost.
    private func payable(_ payment: Payment?) -> Money? {
        payment?.method.direction == .payin ? amount.flatMap { $0.minor > 0 ? $0 : nil } : nil
    }

    /// A payout is for exactly what we asked; a payin may be for an amount made unique, which the order's own record
    /// is compared with.
    private func amountProblem(_ payment: Payment?) -> String? {
        guard currency == .thb else { return "it speaks of another currency" }
        guard let payment, payment.method.direction == .payout, data.tells("amount") else { return nil }
        return amount == payment.amount ? nil : "it speaks of another amount"
    }

    /// Not documented, but believed where it is told: another currency's units are never taken for satang.
    private var currency: Currency? {
        guard data.tells("currency") else { return .thb }
        return data["currency"]?.stringValue.flatMap { Currency(code: $0.uppercased()) }
    }

    private var fee: Money? { currency.flatMap { data.money("fee", $0) }.flatMap { $0.minor < 0 ? nil : $0 } }

    private func settlement(_ clock: Timestamp?) -> Outcome {
        guard let currency else { return .unknown("completed in a currency that is not known here") }
        guard let amount, amount.minor > 0 else {
            return .unknown("completed without a sound amount")
        }
        let at = data["completed_at"]?.stringValue.flatMap(PayPlusTime.utc) ?? clock
        return .succeeded(
            Settlement(
                providerReference: providerReference, amount: amount, fee: fee, at: at,
                doubt: doubt(amount, currency)))
    }

    /// What reached the other side is the amount, less the fee or not: by whom the fee is borne is the account's deal.
    private func doubt(_ amount: Money, _ currency: Currency) -> String? {
        if data.tells("fee"), fee == nil { return "the fee does not read as money" }
        let fee = fee?.minor ?? 0
        guard fee <= amount.minor else { return "the fee is greater than the amount" }
        for name in ["actual_amount", "transfer_amount"] where data.tells(name) {
            guard let part = data.money(name, currency)?.minor,
                part == amount.minor || part == amount.minor - fee
            else {
                return "\(name) does not fit amount and fee"
            }
        }
        return nil
    }
}

/// The ways PayPlus tells the time.
enum PayPlusTime {
    /// RFC 3339, in UTC where no zone is told.
    static func utc(_ text: String) -> Timestamp? {
        Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z")
    }

    /// Unix time as a string or a number, in seconds or milliseconds: which of them, its size tells until the year 5138.
    static func unix(_ value: JSON?) -> Timestamp? {
        guard let count = value?.int64 ?? value?.stringValue.flatMap(digits),
            (0...99_999_999_999_999).contains(count)
        else { return nil }
        return count < 100_000_000_000 ? Timestamp(seconds: count) : Timestamp(microseconds: count * 1000)
    }

    private static func digits(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}
