public import Core

/// An order as it stands, with what its newest attempt adds: everything that an answer may show.
public struct OrderView: Sendable {
    /// `tx_…`.
    public var id: Identifier
    /// Whose money.
    public var merchant: Identifier
    /// Which program asked.
    public var app: Identifier
    /// The merchant's own number.
    public var referenceNumber: String
    /// How.
    public var method: PaymentMethod
    /// What was asked for.
    public var amount: Money
    /// Exactly what the payer must send, where it differs.
    public var payable: Money?
    /// What the provider said had moved.
    public var moved: Money?
    /// What the provider took.
    public var fee: Money?
    /// Where it is.
    public var state: OrderState
    /// Why a person must look at it.
    public var review: String?
    /// Paid after it had expired.
    public var late: Bool
    /// A stable word (`Refusal.Reason`) for why it failed.
    public var reason: String?
    /// The same for a person.
    public var reasonDetail: String?
    /// Who will be paid, as the provider knows them, where it tells before it pays. Personal data.
    public var payeeName: String?
    /// What the payer is shown.
    public var artefact: Artefact?
    /// Where the payer goes afterwards.
    public var redirectURL: String?
    /// The merchant's words.
    public var description: String?
    /// The merchant's own object, as JSON text.
    public var metadata: [UInt8]?
    /// When the order was taken.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp?
    /// Until when the quote holds, or the payer can pay.
    public var expiresAt: Timestamp?
    /// Grows by one with every change.
    public var version: Int
    /// The account of the newest attempt, or the first candidate of a quote.
    public var account: Identifier?
    /// The provider's own number of the newest attempt.
    public var providerReference: String?
    /// Our reference of the newest attempt: what the provider was told.
    public var attemptReference: String?
    /// How many attempts there were.
    public var attempts: Int
}

/// One line of an order's history.
public struct OrderEvent: Sendable {
    /// The order's version that it made.
    public var number: Int
    /// When.
    public var at: Timestamp
    /// A stable word: `created`, `attempt_started`, `accepted`, `succeeded`, …
    public var kind: String
    /// merchant, causeway, provider or operator.
    public var actor: String
    /// A JSON object, for people and programs; no personal data.
    public var detail: [UInt8]
}

/// Which orders to list. All filters hold together.
public struct OrderQuery: Sendable {
    /// Whose; `nil` only for operators.
    public var merchant: Identifier?
    /// 1 to 100.
    public var limit = 20
    /// Only older ones than this.
    public var startingAfter: Identifier?
    /// Only newer ones than this.
    public var endingBefore: Identifier?
    /// Only in this state.
    public var state: OrderState?
    /// Only in this currency.
    public var currency: Currency?
    /// Only by this method.
    public var method: PaymentMethod?
    /// Only this one.
    public var referenceNumber: String?
    /// Taken at this moment or after it.
    public var from: Timestamp?
    /// Taken before this moment.
    public var to: Timestamp?
    /// Only those that a person must look at.
    public var inReview = false

    /// The newest orders.
    public init(merchant: Identifier?) { self.merchant = merchant }
}

/// A page of a list, newest first.
public struct OrderPage: Sendable {
    /// At most the limit.
    public var orders: [OrderView]
    /// Whether there are more in the direction of travel.
    public var hasMore: Bool
}
