public import Core

/// What routing knows of one provider account for one payment.
public struct Contender: Sendable, Hashable {
    /// Which.
    public let account: Identifier
    /// Whether an operator lets it take payments.
    public let isEnabled: Bool
    /// Whether it is used for the payment's method, and what its provider then allows.
    public let limits: Limits?
    /// Lower is tried first.
    public let priority: Int
    /// Whether its provider would find a field of the payment wrong.
    public let isRequestInvalid: Bool
    /// What its provider allows for the payment's bank.
    public var bank = Bank.any
    /// Whether an operator or the provider has taken it out for the time being.
    public var isInMaintenance = false
    /// What recent failures came to.
    public var breaker = Breaker.closed
    /// What its caps leave.
    public var room = Room.unlimited
    /// What it can pay out. Payins do not look at it.
    public var funds = Funds.notTold
    /// How long it typically takes to the end of a payment, in milliseconds; nil where nobody has measured it.
    public var latency: Int64?

    /// What a provider allows for a method, in minor units.
    public struct Limits: Sendable, Hashable {
        /// The least and the greatest amount.
        public let amounts: ClosedRange<Int64>
        /// What an amount must be a multiple of; at least 1.
        public let step: Int64

        /// Limits. A step below 1 is 1.
        public init(amounts: ClosedRange<Int64>, step: Int64) {
            self.amounts = amounts
            self.step = max(1, step)
        }
    }

    /// What a provider allows for the counterparty's bank.
    public enum Bank: Sendable, Hashable {
        /// What the method allows.
        case any
        /// Amounts in this range, in minor units.
        case limited(ClosedRange<Int64>)
        /// Nothing, now.
        case notServed
    }

    /// A breaker of the account and method.
    public enum Breaker: Sendable, Hashable {
        /// Payments flow.
        case closed
        /// A few payments find out whether it works again, and whether this one may be among them.
        case halfOpen(admits: Bool)
        /// It fails too much.
        case open
        /// An operator has opened it. Unlike an open one it is no last resort.
        case switchedOff
    }

    /// What is left of the narrowest cap; nil is no cap.
    public struct Room: Sendable, Hashable {
        /// In minor units.
        public let amount: Int64?
        /// Of payments.
        public let payments: Int64?

        /// No cap.
        public static let unlimited = Room(amount: nil, payments: nil)

        /// What is left.
        public init(amount: Int64?, payments: Int64?) {
            self.amount = amount
            self.payments = payments
        }

        /// The narrower of both.
        public func narrowed(to other: Room) -> Room {
            Room(
                amount: [amount, other.amount].compactMap(\.self).min(),
                payments: [payments, other.payments].compactMap(\.self).min())
        }

        /// Whether a payment of this amount has its place.
        public func covers(_ wanted: Int64) -> Bool { (amount ?? wanted) >= wanted && (payments ?? 1) > 0 }
    }

    /// What an account can pay out.
    public enum Funds: Sendable, Hashable {
        /// Its provider tells no balance: nothing to go by, and nothing against it.
        case notTold
        /// Its provider tells a balance, and we do not have one that is fresh.
        case unknown
        /// The known balance less what is reserved by payouts on the way, in minor units.
        case available(Int64)
    }

    /// A contender with nothing known against it but what is told here.
    public init(account: Identifier, isEnabled: Bool, limits: Limits?, priority: Int, isRequestInvalid: Bool)
    {
        self.account = account
        self.isEnabled = isEnabled
        self.limits = limits
        self.priority = priority
        self.isRequestInvalid = isRequestInvalid
    }
}
