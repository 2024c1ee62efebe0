internal import Core
internal import JSON

/// What HaiPay says of one order, in a query's data or in a callback: both have the same fields.
struct HaiPayOrder {
    /// `orderId`.
    let reference: String
    /// `orderNo`.
    let providerReference: String
    private let data: JSONObject

    /// East Africa Time, all year.
    static let zone = Duration.seconds(3 * 3600)

    /// Reads the two numbers; `nil` when either is missing.
    init?(_ data: JSONObject) {
        guard let reference = data.reference("orderId"), let number = data.reference("orderNo") else {
            return nil
        }
        self.reference = reference
        providerReference = number
        self.data = data
    }

    /// Whether the order is of the app with this id, as far as it tells.
    func isOf(app: Int64) -> Bool {
        !data.tells("appId")
            || (data["appId"]?.int64 ?? data["appId"]?.stringValue.flatMap { Int64($0) }) == app
    }

    /// What it says, of `payment` where that is known.
    func outcome(of payment: Payment?) -> Outcome {
        switch data["status"]?.int64 ?? data["status"]?.stringValue.flatMap({ Int64($0) }) {
        case 0, 1:
            if let doubt = amountProblem(payment) { return .unknown(doubt) }
            return .accepted(Acceptance(providerReference: providerReference, fee: fee))
        case 2: return settlement()
        case 3:
            if let doubt = amountProblem(payment) { return .unknown(doubt) }
            return .failed(HaiPayRefusals.failure(data["errorMsg"]?.stringValue, of: payment))
        case -1: return .unknown("an exception, to be confirmed by the provider")
        default: return .unknown("a status that is not documented")
        }
    }

    /// What it says was asked for.
    var amount: Money? { currency.flatMap { data.money("amount", $0) } }

    private func amountProblem(_ payment: Payment?) -> String? {
        guard let payment, data.tells("amount") else { return nil }
        return currency.flatMap { data.money("amount", $0) } == payment.amount
            ? nil : "it speaks of another amount"
    }

    /// Shillings, unless it says otherwise: another currency's units are never taken for cents of a shilling.
    private var currency: Currency? {
        guard data.tells("currency") else { return .kes }
        return data["currency"]?.stringValue.flatMap { Currency(code: $0.uppercased()) }
    }

    private var fee: Money? { currency.flatMap { data.money("fee", $0) }.flatMap { $0.minor < 0 ? nil : $0 } }

    private func settlement() -> Outcome {
        guard currency != nil else { return .unknown("paid in a currency that is not known here") }
        guard let amount, amount.minor > 0 else {
            return .unknown("paid without a sound amount")
        }
        let isFeeOdd = data.tells("fee") && data["fee"] != "" && fee == nil
        return .succeeded(
            Settlement(
                providerReference: providerReference, amount: amount, fee: fee,
                at: data["payTime"]?.stringValue.flatMap { Timestamp(wallTime: $0, offset: Self.zone) },
                doubt: isFeeOdd ? "the fee does not read as money" : nil))
    }
}
