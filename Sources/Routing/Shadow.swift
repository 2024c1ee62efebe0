public import Core

/// A proposed plan that is asked beside the one in force, for a share of orders. Nothing follows from what it says.
public struct Shadow: Sendable {
    /// Of all orders, in per cent: 1 to 100.
    public let share: Int
    /// What it would decide by; its revision is the shadow's own.
    public let plan: RoutingPlan

    /// Told apart from what `split` draws from the same id: the shares must not follow one another.
    private static let salt: UInt64 = 0x5bad_0f0d_ec15_10e5

    /// A shadow of a plan.
    public init(_ plan: RoutingPlan, share: Int) { (self.plan, self.share) = (plan, share) }

    /// Whether an order is among the share: the same in every process, and among every greater share too.
    public func contains(_ order: Identifier) -> Bool {
        let hash = Chance.mixed(Chance.mixed(order.low ^ Self.salt) &+ order.high)
        return hash.multipliedFullWidth(by: 100).high < UInt64(max(0, share))
    }
}
