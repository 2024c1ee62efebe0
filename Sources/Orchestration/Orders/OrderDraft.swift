public import Core
public import JSON

/// What a merchant asks for, already read and checked for form; what a provider needs besides is checked against it.
public struct OrderDraft: Sendable {
    /// Whose money.
    public var merchant: Identifier
    /// Which of its programs asked.
    public var app: Identifier
    /// How; the currency and the direction follow.
    public var method: PaymentMethod
    /// Greater than zero, in the method's currency.
    public var amount: Money
    /// The merchant's own number of the payment, unique for it: 1 to 64 characters.
    public var referenceNumber: String
    /// Who is on the other side.
    public var counterparty = Counterparty()
    /// Where the merchant is told of changes.
    public var notifyURL: String?
    /// Where the payer goes afterwards.
    public var redirectURL: String?
    /// At most 140 characters.
    public var description: String?
    /// The merchant's own words for it: at most 4 KiB, flat.
    public var metadata: JSONObject?
    /// Until when a payin may be paid; the provider's own limit may be nearer.
    public var expiresAt: Timestamp?

    /// A draft of what must be there.
    public init(
        merchant: Identifier, app: Identifier, method: PaymentMethod, amount: Money, referenceNumber: String
    ) {
        self.merchant = merchant
        self.app = app
        self.method = method
        self.amount = amount
        self.referenceNumber = referenceNumber
    }
}

/// A call's `Idempotency-Key`, bound to the app and to the call's payload.
public struct IdempotencyClaim: Sendable, Hashable {
    /// Whose key.
    public let app: Identifier
    /// 1 to 255 printable characters.
    public let key: String
    /// SHA-256 over the call and its payload.
    public let fingerprint: [UInt8]

    /// A claim.
    public init(app: Identifier, key: String, fingerprint: [UInt8]) {
        self.app = app
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What to answer to a call that creates an order.
public enum Creation: Sendable {
    /// A new order, or the one that this idempotency key made and whose first answer was never stored. The answer is
    /// to be stored with `Orders.remember` before it leaves, when a key was given.
    case order(OrderView)
    /// The stored first answer, byte for byte.
    case replay(status: Int, body: [UInt8])
}
