public import Connectors
public import Core
internal import JSON
internal import Routing

/// One method as an app may use it now, for the catalogue.
public struct MethodOffer: Sendable {
    /// The method.
    public let method: PaymentMethod
    /// Whether an account that is switched on offers it.
    public let isActive: Bool
    /// The least amount that an account takes.
    public let minimum: Money
    /// The greatest amount that an account takes.
    public let maximum: Money
    /// What the first choice must know of the counterparty.
    public let required: [Counterparty.Field]
    /// What it may be told besides.
    public let optional: [Counterparty.Field]
    /// Its banks or wallets.
    public let banks: [Bank]
}

extension Orders {
    /// The methods of a currency that any account offers.
    public func offers(currency: Currency) -> [MethodOffer] {
        let accounts = engine.directory.current.accounts
        return PaymentMethod.allCases.filter { $0.currency == currency }.compactMap { method in
            let offering = accounts.filter { $0.methods.contains(method) }
            let active = offering.filter(\.isEnabled)
            let capabilities = (active.isEmpty ? offering : active).compactMap {
                $0.descriptor.capability(method)
            }
            guard let first = capabilities.first else { return nil }
            return MethodOffer(
                method: method, isActive: !active.isEmpty,
                minimum: Money(minor: capabilities.map(\.minimum).min() ?? first.minimum, currency),
                maximum: Money(minor: capabilities.map(\.maximum).max() ?? first.maximum, currency),
                required: first.required, optional: first.optional, banks: first.banks)
        }
    }

    /// The candidates for a draft that is to be the order `id`, and what the shadow would have said, where it is asked.
    /// Where nobody can take it but accounts whose balance is not known, their providers are asked first. So are those that
    /// nobody has asked yet: a payout of a server's first moments is not to lose whom it could go on to.
    ///
    /// - Parameter full: accounts whose caps were found to be reached.
    /// - Throws: `invalid` where every account that could take it finds the same request wrong, else `noRoute`.
    func route(
        _ draft: OrderDraft, as id: Identifier, at now: Timestamp, without full: Set<Identifier> = []
    ) async throws(OrderError) -> (decision: Decision, shadow: Decision?) {
        let question = question(draft, as: id, at: now)
        var routing = routing(draft, question, full)
        let unknown = routing.decision.unknownBalances
        let asked =
            routing.decision.candidates.isEmpty ? unknown : unknown.filter(engine.funds.balances.isNews)
        if !asked.isEmpty {
            await engine.askForBalances(of: asked)
            routing = self.routing(draft, question, full)
        }
        let (decision, contenders, problems, shadow) = routing
        guard decision.candidates.isEmpty else {
            guard let shadow, shadow.contains(id) else { return (decision, nil) }
            return (decision, engine.decideInVain(question, among: contenders, by: shadow.plan))
        }
        let wrong = decision.exclusions.first { $0.reason == .requestInvalid }
        let first = wrong ?? decision.exclusions.first { $0.reason.isOfAmount }
        throw refusal(of: draft, decision, contenders, first.flatMap { problems[$0.account] } ?? [])
    }

    /// The decision and the shadow are of one directory, whichever is in force a moment later.
    private func routing(
        _ draft: OrderDraft, _ question: RoutingQuestion, _ full: Set<Identifier>
    ) -> (
        decision: Decision, contenders: [Contender], problems: [Identifier: [FieldProblem]], shadow: Shadow?
    ) {
        let directory = engine.directory.current
        var problems: [Identifier: [FieldProblem]] = [:]
        let contenders = directory.accounts.map { account in
            let found = account.problems(
                with: draft.method, draft.amount, draft.counterparty, draft.description, engine.settings)
            if !found.isEmpty { problems[account.id] = found }
            let contender = engine.contender(
                account, draft.method, bank: draft.counterparty[.bankCode],
                isRequestInvalid: !found.isEmpty, at: question.time)
            return full.contains(account.id) ? contender.capped(below: draft.amount.minor) : contender
        }
        let decision = engine.decide(question, among: contenders, by: directory.plan)
        return (decision, contenders, problems, directory.shadow)
    }

    /// Asks the providers of a quote's candidates for balances that are not known, where nobody else can take it.
    func askForBalances(of record: OrderRecord) async {
        let succession = engine.succession(of: record)
        guard succession.next == nil else { return }
        await engine.askForBalances(
            of: succession.passedOver.filter { $0.reason == .balanceUnknown }.map(\.account))
    }

    /// The draft as the rules look at it.
    private func question(_ draft: OrderDraft, as id: Identifier, at now: Timestamp) -> RoutingQuestion {
        var question = RoutingQuestion(
            order: id, merchant: draft.merchant, app: draft.app, method: draft.method,
            amount: draft.amount.minor, time: now)
        question.bank = draft.counterparty[.bankCode]
        question.customer = draft.counterparty[.userId]
        question.metadata = RoutingQuestion.words(draft.metadata)
        return question
    }

    private func refusal(
        of draft: OrderDraft, _ decision: Decision, _ contenders: [Contender], _ problems: [FieldProblem]
    ) -> OrderError {
        let reasons = Set(decision.exclusions.map(\.reason))
        if reasons.contains(where: \.isTemporary) {
            return .noRoute(
                "no provider account can take this payment now", excluded: words(decision.exclusions))
        }
        // What is wrong with the amount is told here, as all accounts see it; what else is wrong, as one of them does.
        let others = problems.filter { $0.pointer != "/amount" }
        let limits = contenders.filter(\.isEnabled).compactMap(\.limits)
        if let least = limits.map(\.amounts.lowerBound).min(),
            let most = limits.map(\.amounts.upperBound).max(),
            !(least...most).contains(draft.amount.minor)
        {
            let range = [least, most].map { Money(minor: $0, draft.amount.currency).decimal }
            let detail = "must be from \(range[0]) to \(range[1]) for this method"
            return .invalid([FieldProblem(pointer: "/amount", detail: detail)] + others)
        }
        if reasons.contains(.requestInvalid), !problems.isEmpty { return .invalid(problems) }
        if reasons.contains(where: \.isOfAmount) {
            let detail = "is not an amount that a provider takes"
            return .invalid([FieldProblem(pointer: "/amount", detail: detail)] + others)
        }
        return .noRoute(
            "no provider account that is switched on offers \(draft.method.rawValue)",
            excluded: words(decision.exclusions))
    }

    /// Who is left out and why, `name reason, …`, without those that have nothing to do with the payment.
    func words(_ exclusions: [Decision.Exclusion]) -> String {
        let directory = engine.directory.current
        return exclusions.filter { $0.reason != .methodNotOffered && $0.reason != .notInRule }.map {
            "\(directory.account($0.account)?.name ?? $0.account.text(.providerAccount)) \($0.reason.rawValue)"
        }.joined(separator: ", ")
    }
}

extension Decision {
    /// Whom only their unknown balance keeps out.
    fileprivate var unknownBalances: [Identifier] {
        exclusions.filter { $0.reason == .balanceUnknown }.map(\.account)
    }
}
