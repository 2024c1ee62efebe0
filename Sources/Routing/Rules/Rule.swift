public import Core

/// One rule: which payments it is for, and how their candidates are chosen.
public struct Rule: Sendable, Hashable {
    /// Unique in the document; a decision says it.
    public var name: String
    /// Which payments; every condition must hold.
    public var when = Conditions()
    /// How the candidates are put in order.
    public var strategy: Strategy
    /// Who may be a candidate; empty is every account.
    public var candidates: [Candidate] = []
    /// The most attempts of an order; nil is as many as there are candidates.
    public var attempts: Int?
    /// No attempt begins later than this after the first, in seconds; nil is no limit.
    public var seconds: Int?
    /// What success is worth, as a share of the amount; nil is all of it. For `adaptive` alone.
    public var value: Rate?

    /// An account that may be a candidate.
    public struct Candidate: Sendable, Hashable {
        /// Its name or its id.
        public var account: String
        /// Its share in per cent. For `split` alone.
        public var weight: Int?

        /// A candidate.
        public init(account: String, weight: Int? = nil) {
            self.account = account
            self.weight = weight
        }
    }

    /// A rule for every payment and every account.
    public init(name: String, strategy: Strategy) {
        self.name = name
        self.strategy = strategy
    }
}

/// What must hold of a payment. An empty list, and nil, is no condition.
public struct Conditions: Sendable, Hashable {
    /// Names or ids.
    public var merchants: [String] = []
    /// `merchant/app`, or ids.
    public var apps: [String] = []
    /// Of the method.
    public var currencies: [Currency] = []
    /// Of the method.
    public var directions: [Direction] = []
    /// The methods themselves.
    public var methods: [PaymentMethod] = []
    /// Of one currency alone.
    public var amount: AmountRange?
    /// Codes of the counterparty's bank or wallet.
    public var banks: [String] = []
    /// One of these must hold.
    public var times: [TimeWindow] = []
    /// Customers by the bucket that their id falls into.
    public var customers: ClosedRange<Int>?
    /// By the key, ascending; all of these must hold.
    public var metadata: [MetadataCondition] = []

    /// None.
    public init() {}

    /// The methods that the currencies, directions, methods and the amount leave.
    var methodsLeft: [PaymentMethod] {
        PaymentMethod.allCases.filter { method in
            (currencies.isEmpty || currencies.contains(method.currency))
                && (directions.isEmpty || directions.contains(method.direction))
                && (methods.isEmpty || methods.contains(method))
                && (amount.map { $0.currency == method.currency } ?? true)
        }
    }
}

/// Amounts of one currency, both ends included, in minor units.
public struct AmountRange: Sendable, Hashable {
    /// Whose.
    public var currency: Currency
    /// The least; nil is any.
    public var minimum: Int64?
    /// The greatest; nil is any.
    public var maximum: Int64?

    /// A range.
    public init(currency: Currency, minimum: Int64?, maximum: Int64?) {
        self.currency = currency
        self.minimum = minimum
        self.maximum = maximum
    }

    /// As a range of everything.
    var range: ClosedRange<Int64> {
        let least = minimum ?? .min
        return least...max(least, maximum ?? .max)
    }
}

/// What must hold of one member of an order's metadata.
public struct MetadataCondition: Sendable, Hashable {
    /// Its name.
    public var key: String
    /// What must hold of it.
    public var test: Test

    /// What must hold of a member.
    public enum Test: Sendable, Hashable {
        /// It is there.
        case present
        /// It is not there.
        case absent
        /// It has one of these values.
        case oneOf([String])
    }

    /// A condition.
    public init(key: String, test: Test) {
        self.key = key
        self.test = test
    }
}
