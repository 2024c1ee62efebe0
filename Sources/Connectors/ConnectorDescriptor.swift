public import Core

/// What a connector declares of itself, from which routing, the admin schema and the docs are derived.
public struct ConnectorDescriptor: Sendable {
    /// In configuration: lower-case letters.
    public let id: String
    /// For people.
    public let name: String
    /// What it can move.
    public let methods: [MethodCapability]
    /// What an account must and may tell.
    public let settings: [AccountSetting]
    /// When an attempt is asked about.
    public let pollPlan: PollPlan
    /// How long an attempt may stay unknown before a person is called.
    public let reviewAfter: Duration
    /// Until when the network may take.
    public let timeouts: ProviderTimeouts
    /// Attempts that one question may be about.
    public let bulkQueryMax: Int
    /// How far the provider's clock is ahead of UTC, all year: its days and months begin by it.
    public let utcOffset: Duration
    /// Whether a payout that the provider has accepted is no longer in the balance that it tells. Where its documents do
    /// not say so, a payout counts against the balance until it has ended.
    public let holdsPayouts: Bool

    /// A declaration.
    public init(
        id: String, name: String, methods: [MethodCapability], settings: [AccountSetting], pollPlan: PollPlan,
        reviewAfter: Duration, timeouts: ProviderTimeouts = ProviderTimeouts(), bulkQueryMax: Int = 1,
        utcOffset: Duration = .zero, holdsPayouts: Bool = false
    ) {
        self.id = id
        self.name = name
        self.methods = methods
        self.settings = settings
        self.pollPlan = pollPlan
        self.reviewAfter = reviewAfter
        self.timeouts = timeouts
        self.bulkQueryMax = bulkQueryMax
        self.utcOffset = utcOffset
        self.holdsPayouts = holdsPayouts
    }

    /// The capability for a method, if the provider has it.
    public func capability(_ method: PaymentMethod) -> MethodCapability? {
        methods.first { $0.method == method }
    }
}

/// One method as a provider offers it.
public struct MethodCapability: Sendable {
    /// The method.
    public let method: PaymentMethod
    /// The least amount, in minor units.
    public let minimum: Int64
    /// The greatest amount, in minor units.
    public let maximum: Int64
    /// What an amount must be a multiple of, in minor units.
    public let step: Int64
    /// What must be known of the counterparty.
    public let required: [Counterparty.Field]
    /// What may be told besides.
    public let optional: [Counterparty.Field]
    /// The banks or wallets; empty where there is no such choice.
    public let banks: [Bank]
    /// The steps of a payment, and which of them moves money.
    public let flow: PaymentFlow

    /// A capability.
    public init(
        _ method: PaymentMethod, minimum: Int64, maximum: Int64, step: Int64 = 1,
        required: [Counterparty.Field],
        optional: [Counterparty.Field] = [], banks: [Bank] = [], flow: PaymentFlow = .submitted
    ) {
        self.flow = flow
        self.method = method
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.required = required
        self.optional = optional
        self.banks = banks
    }
}

/// A bank or a wallet that a method reaches.
public struct Bank: Sendable, Hashable {
    /// What `counterparty.bankCode` is to say.
    public let code: String
    /// For people.
    public let name: String

    /// A bank.
    public init(_ code: String, _ name: String) {
        self.code = code
        self.name = name
    }
}

/// When an attempt is asked about: the first delays, then the last one for ever. Polling backs off but never stops.
public struct PollPlan: Sendable {
    /// Between one question and the next, after the attempt was sent; at least one.
    public let delays: [Duration]

    /// A plan.
    public init(_ delays: [Duration]) {
        precondition(!delays.isEmpty, "a poll plan needs a delay")
        self.delays = delays
    }

    /// The delay before question `number` (from 0).
    public func delay(before number: Int) -> Duration { delays[min(max(number, 0), delays.count - 1)] }
}

/// How long a provider may take.
public struct ProviderTimeouts: Sendable {
    /// To resolve the name and connect, TLS included.
    public var connect: Duration
    /// From the request sent to the first byte of the answer.
    public var firstByte: Duration
    /// Everything.
    public var total: Duration

    /// Defaults: 5 s, 20 s, 25 s.
    public init(
        connect: Duration = .seconds(5), firstByte: Duration = .seconds(20), total: Duration = .seconds(25)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.total = total
    }
}
