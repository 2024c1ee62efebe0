internal import Connectors
internal import Core
internal import Routing

extension Engine {
    /// An account as routing is to see it for a payment at a moment: the one place where what is known of it comes together.
    ///
    /// - Parameter bank: the counterparty's, where there is one.
    func contender(
        _ account: ProviderAccount, _ method: PaymentMethod, bank: String?, isRequestInvalid: Bool,
        at now: Timestamp
    ) -> Contender {
        let capability = account.methods.contains(method) ? account.descriptor.capability(method) : nil
        var contender = Contender(
            account: account.id, isEnabled: account.isEnabled,
            limits: capability.map { Contender.Limits(amounts: $0.minimum...$0.maximum, step: $0.step) },
            priority: account.priority, isRequestInvalid: isRequestInvalid)
        contender.latency = learning.read { $0.latency(of: account.id, for: method) }
        if capability != nil { contender.breaker = breaker(of: account.id, method, at: now) }
        contender.isInMaintenance = account.limits.maintenance.contains(now)
        contender.room = funds.caps.room(of: account, method, at: now)
        contender.funds = money(of: account, method, at: clock.now())
        if let bank, account.listsBanks, isUnserved(bank, by: account) { contender.bank = .notServed }
        return contender
    }

    private func money(
        of account: ProviderAccount, _ method: PaymentMethod, at now: Timestamp
    ) -> Contender.Funds {
        guard method.direction == .payout, account.balanceCurrency == method.currency else { return .notTold }
        return funds.balances.funds(of: account.id, since: now - settings.balanceLifetime)
    }

    private func isUnserved(_ bank: String, by account: ProviderAccount) -> Bool {
        funds.balances.isUnserved(bank, by: account.id, since: clock.now() - settings.banksLifetime)
    }

    /// A decision from which nothing follows: by a copy of what is learned, since a decision counts there.
    func decideInVain(
        _ question: RoutingQuestion, among contenders: [Contender], by plan: RoutingPlan
    ) -> Decision {
        Router.decide(question, among: contenders, by: plan) { request in
            var standings = learning.copy
            standings.settings = plan.adaptive
            return standings.rank(request)
        }
    }
}
