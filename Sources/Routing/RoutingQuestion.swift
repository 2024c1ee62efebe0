public import Core

/// One payment, as the rules look at it.
public struct RoutingQuestion: Sendable, Hashable {
    /// The order: what chance is drawn from.
    public var order: Identifier
    /// Whose money.
    public var merchant: Identifier
    /// Which of its programs asked.
    public var app: Identifier
    /// How; the currency and the direction follow.
    public var method: PaymentMethod
    /// In minor units of the method's currency.
    public var amount: Int64
    /// When it is asked.
    public var time: Timestamp
    /// The counterparty's bank or wallet, by the method's table.
    public var bank: String?
    /// The merchant's own id of its customer.
    public var customer: String?
    /// The merchant's own words for the order, numbers and truth values as they are spelled.
    public var metadata: [Word] = []

    /// A member of an order's metadata.
    public struct Word: Sendable, Hashable {
        /// Its name.
        public let key: String
        /// Its value as text.
        public let value: String

        /// A member.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A question of what must be there.
    public init(
        order: Identifier, merchant: Identifier, app: Identifier, method: PaymentMethod, amount: Int64,
        time: Timestamp
    ) {
        self.order = order
        self.merchant = merchant
        self.app = app
        self.method = method
        self.amount = amount
        self.time = time
    }
}
