public import Core

/// Whom a payment may go to next, and who was passed over for it.
public struct Succession: Sendable, Hashable {
    /// The next one; nil where nobody may.
    public let next: Identifier?
    /// Those before it, with the reason; everybody where nobody may.
    public let passedOver: [Decision.Exclusion]

    /// Nobody is left.
    public static let nobody = Succession(next: nil, passedOver: [])
}

extension Router {
    /// The first of a decision's later candidates that may take the payment at this moment, by the very judgement that the first
    /// one stood. Where a payin has nobody left but those that their breakers keep out, the least bad is taken; a payout
    /// goes to nobody then.
    ///
    /// - Parameter contenders: the candidates that are left, in their order, as they are now.
    public static func succession(
        of contenders: [Contender], amount: Int64, direction: Direction
    ) -> Succession {
        let isPayout = direction == .payout
        var passedOver: [Decision.Exclusion] = []
        var lastResort: (account: Identifier, degradation: Int)?
        for contender in contenders {
            let bar = contender.bar(amount: amount, isPayout: isPayout)
            let degradation = contender.breaker.degradation
            if bar == nil, degradation == 0 {
                return Succession(next: contender.account, passedOver: passedOver)
            }
            if bar == nil, !isPayout, degradation < lastResort?.degradation ?? .max {
                lastResort = (contender.account, degradation)
            }
            passedOver.append(
                Decision.Exclusion(account: contender.account, reason: bar ?? contender.breaker.reason))
        }
        return Succession(
            next: lastResort?.account, passedOver: passedOver.filter { $0.account != lastResort?.account })
    }
}
