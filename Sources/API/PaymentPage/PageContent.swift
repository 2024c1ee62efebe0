internal import Core
internal import Orchestration

/// What an order's page shows, and nothing more of the order.
struct PageContent: Sendable {
    let phase: PaymentPhase
    /// As payers know it.
    let merchant: String
    let description: String?
    /// Exactly what is to be paid.
    let amount: Money
    /// Nil where there is nothing to pay with, and once it must not be paid any more.
    let means: PaymentMeans?
    let expiresAt: Timestamp?
    /// Until the payer can no longer pay, rounded down: nobody is promised a second too many. While it can be paid only.
    let secondsLeft: Int?
    /// From the order's beginning to its expiry.
    let wholeSeconds: Int
    /// Where the payer goes after the end.
    let returnAddress: String?

    init(_ order: OrderView, merchant: String, at now: Timestamp) {
        phase = PaymentPhase(order, at: now)
        self.merchant = merchant
        description = order.description.flatMap { $0.isEmpty ? nil : $0 }
        amount = order.payable ?? order.amount
        means = phase == .waiting ? PaymentMeans(order) : nil
        expiresAt = order.expiresAt
        let left = order.expiresAt.map { Int(($0 - now).components.seconds) }
        secondsLeft = phase == .waiting ? left.map { max(0, $0) } : nil
        wholeSeconds = order.expiresAt.map { Int(($0 - order.createdAt).components.seconds) } ?? 0
        returnAddress = ReturnAddress.make(order, phase)
    }

    /// `1,234.50`
    var groupedAmount: String {
        let text = amount.decimal
        let whole = text.prefix { $0 != "." }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return grouped + text.dropFirst(whole.count)
    }

    /// `1,234.50 THB`
    var amountText: String { "\(groupedAmount) \(amount.currency.code)" }
}
