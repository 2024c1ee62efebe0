internal import Connectors
internal import Core
internal import Postgres
internal import Routing

extension Engine {
    /// Whether a payment may go to an account, as its breaker has it. Changes nothing.
    func breaker(
        of account: Identifier, _ method: PaymentMethod, at now: Timestamp
    ) -> Contender.Breaker {
        let directory = self.directory.current
        if directory.switches.of(account, method) != nil { return .switchedOff }
        guard let breaker = opened(account, method) else { return .closed }
        let settings = directory.plan.breakers
        switch breaker.position(at: now, healthyAt: gate.healthyAt(account), settings) {
        case .closed: return .closed
        case .open: return .open
        case .halfOpen:
            return .halfOpen(admits: gate.admits(account, method, breaker, at: now, settings))
        }
    }

    /// Decides, and lets the payment through where its first choice is a half-open account: if others were quicker, it is
    /// decided again.
    func decide(
        _ question: RoutingQuestion, among contenders: [Contender], by plan: RoutingPlan
    ) -> Decision {
        var contenders = contenders
        while true {
            let decision = Router.decide(question, among: contenders, by: plan, ranker: learning.rank)
            guard let place = contenders.firstIndex(where: { $0.account == decision.candidates.first }),
                contenders[place].breaker == .halfOpen(admits: true),
                !admit(contenders[place].account, question.method, at: question.time)
            else { return decision }
            contenders[place].breaker = .halfOpen(admits: false)
        }
    }

    /// Lets a payment through an account's breaker, where one more may go.
    func admit(_ account: Identifier, _ method: PaymentMethod, at now: Timestamp) -> Bool {
        switch breaker(of: account, method, at: now) {
        case .closed: return true
        case .open, .switchedOff: return false
        case .halfOpen:
            guard let breaker = opened(account, method) else { return true }
            return gate.admit(account, method, breaker, at: now, directory.current.plan.breakers)
        }
    }

    /// Every breaker of the accounts in force, closed or not: accounts in their order, methods by name.
    public func breakers() -> [BreakerReport] {
        directory.current.accounts.flatMap(breakers)
    }

    /// Every breaker of an account, methods by name.
    func breakers(of account: ProviderAccount) -> [BreakerReport] {
        account.methods.sorted { $0.rawValue < $1.rawValue }.map { method in
            var report = BreakerReport(account: account.id, name: account.name, method: method)
            switch breaker(of: account.id, method, at: clock.now()) {
            case .closed: return report
            case .switchedOff: report.state = .switchedOff
            case .halfOpen: report.state = .halfOpen
            case .open: report.state = .open
            }
            if let said = directory.current.switches.of(account.id, method) {
                (report.since, report.why, report.by) = (said.at, said.why, said.by)
            } else if let breaker = opened(account.id, method) {
                (report.since, report.why) = (breaker.opening?.since, breaker.opening?.why)
                report.triesAt = breaker.triesAt(
                    healthyAt: gate.healthyAt(account.id), directory.current.plan.breakers)
            }
            return report
        }
    }

    /// Reads which providers say that they work, whichever process has asked them.
    public func readHealth() async {
        guard let statuses = try? await AccountStatusStore(database: database).all() else { return }
        var times: [Identifier: Timestamp] = [:]
        for account in directory.current.accounts {
            guard let status = statuses[account.id], status.problem == nil, let checkedAt = status.checkedAt,
                account.connector.healthQuery(at: checkedAt) != nil
            else { continue }
            times[account.id] = checkedAt - (status.latency ?? .zero)
        }
        gate.note(healthyAt: times)
    }

    private func opened(_ account: Identifier, _ method: PaymentMethod) -> CircuitBreaker? {
        learning.read { $0.openBreaker(of: account, for: method) }
    }
}
