/// How far an order is. The raw values are PayPlus's words; HaiPay has numbers for them.
enum Progress: String, Sendable, CaseIterable {
    case pending, waiting, created
    case inBatch = "in batch"
    case processing
    /// HaiPay's -1: to be confirmed.
    case exception
    case completed, failed, cancelled
    /// KESS's transfers that nobody confirmed in time.
    case expired

    var isFinal: Bool {
        self == .completed || self == .failed || self == .cancelled || self == .expired
    }
}

/// One order at a provider: a deposit that waits for its payer, or a payout on its way.
struct Order: Sendable {
    enum Direction: String, Sendable {
        case payin, payout
    }

    /// The provider's number: DP…, WD…, PT…, or sixteen digits.
    var id: String
    var account: AccountKey
    var currency: String
    var direction: Direction
    /// The merchant's number for it.
    var reference: String
    /// What the merchant asked for.
    var requested: Amount
    /// What the payer has to send, which differs from `requested` where a deposit was made unique.
    var payable: Amount
    var fee: Amount
    /// What the payer really sent.
    var received: Amount?
    var createdAt: Moment
    var expiresAt: Moment?
    var movedAt: Moment?
    var finishedAt: Moment?
    /// The end it came to; nil while in flight.
    var end: Progress?
    /// Why it failed, in words for people.
    var reason: String?
    var script: Script
    var callbackURL: String?
    var qrCode: String?
    var kess: KESSTransfer?

    var isOpenPayout: Bool { direction == .payout && end == nil }

    /// What a payout takes from the balance: PayPlus deducts its fee from what is transferred, HaiPay charges it on top.
    var cost: Amount { account.provider == .payplus ? requested : requested + fee }

    /// What a query at that moment finds. A payout walks through its steps in the given time.
    func progress(at moment: Moment, payoutDelayMs: Int64) -> Progress {
        if let end { return end }
        if direction == .payin { return .pending }
        if let kess {
            if kess.isStuck { return .processing }
            return expiresAt.map { moment >= $0 } == true ? .expired : .created
        }
        let elapsed = moment.milliseconds - createdAt.milliseconds
        if script.behaviour == .exceptionFirst, elapsed >= payoutDelayMs { return .exception }
        let steps: [Progress] = [.waiting, .created, .inBatch, .processing]
        return steps[min(3, max(0, Int(elapsed * 4 / max(1, payoutDelayMs))))]
    }
}

/// Everything known about one of the merchant's references: how often it came, and the orders it made.
struct ReferenceRecord: Sendable {
    var account: AccountKey
    var currency: String
    var direction: Order.Direction
    var reference: String
    var amount: String
    var firstAt: Moment
    var timesReceived = 0
    var orders: [String] = []
}
