/// What a provider takes for a payment, in minor units of the method's currency.
public struct Tariff: Sendable, Hashable {
    /// For amounts below every tier.
    public var base: Part
    /// For the whole of an amount from somewhere on; ascending by `from`.
    public var tiers: [Tier]
    /// The least that is taken, after everything else.
    public var minimum: Int64
    /// The most that is taken, after everything else; nil is no limit.
    public var maximum: Int64?

    /// What is taken of an amount: something fixed, and a share of it.
    public struct Part: Sendable, Hashable {
        /// In minor units.
        public var fixed: Int64
        /// Of the whole amount.
        public var rate: Rate

        /// A part.
        public init(fixed: Int64, rate: Rate) {
            self.fixed = fixed
            self.rate = rate
        }
    }

    /// What holds for amounts from somewhere on.
    public struct Tier: Sendable, Hashable {
        /// The least amount of it, in minor units.
        public var from: Int64
        /// What is taken then.
        public var part: Part

        /// A tier.
        public init(from: Int64, part: Part) {
            self.from = from
            self.part = part
        }
    }

    /// A tariff.
    public init(base: Part, tiers: [Tier] = [], minimum: Int64 = 0, maximum: Int64? = nil) {
        self.base = base
        self.tiers = tiers
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The cost of a payment, exact: the share rounded up to a minor unit, then the fixed part, then the minimum, then
    /// the maximum.
    public func cost(of amount: Int64) -> Int64 {
        let part = tiers.last { $0.from <= amount }?.part ?? base
        let (sum, overflow) = part.rate.share(of: amount).addingReportingOverflow(part.fixed)
        return min(max(overflow ? .max : sum, minimum), maximum ?? .max)
    }
}
