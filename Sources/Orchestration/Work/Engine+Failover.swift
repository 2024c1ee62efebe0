internal import Connectors
internal import Core
internal import Routing

/// Who is next, judged as the first candidate was.
extension Engine {
    /// How often an order's preparation may run out before the account is given up.
    private static let repeatsMax = 3

    /// The candidate after the newest attempt's, among those that may take the order now; the same one again where its
    /// preparation ran out, since nothing speaks against it.
    ///
    /// - Parameters:
    ///   - reason: why the newest attempt is refused, where that is not written yet.
    ///   - full: accounts whose caps were found to be reached.
    func succession(
        of record: OrderRecord, refusedFor reason: Refusal.Reason? = nil, without full: Set<Identifier> = []
    ) -> Succession {
        let (candidates, bounds) = Decision.course(in: record.decision)
        guard mayGoOn(record, bounds) else { return .nobody }
        let tried = record.attempt.flatMap { attempt in candidates.firstIndex(of: attempt.account) }
        var left = Array(candidates.dropFirst(tried.map { $0 + 1 } ?? 0))
        if let attempt = record.attempt,
            (reason?.rawValue ?? attempt.reason) == Refusal.Reason.preparationLapsed.rawValue,
            attempt.ordinal <= (tried ?? 0) + Self.repeatsMax
        {
            left.insert(attempt.account, at: 0)
        }
        guard !left.isEmpty else { return .nobody }
        let counterparty = (try? counterparty(of: record)) ?? Counterparty()
        let contenders = left.map { id in
            var contender = contender(id, for: record, counterparty)
            if isAdmitted(id, to: record) { contender.breaker = contender.breaker.admitting }
            return full.contains(id) ? contender.capped(below: record.view.amount.minor) : contender
        }
        return Router.succession(
            of: contenders, amount: record.view.amount.minor, direction: record.view.method.direction)
    }

    /// Whether an account that has prepared a payment may still go on with it. What that takes of its caps and its balance it
    /// has already.
    func mayConfirm(_ record: OrderRecord, at account: Identifier) -> Bool {
        let counterparty = (try? counterparty(of: record)) ?? Counterparty()
        var contender = contender(account, for: record, counterparty)
        contender.room = .unlimited
        contender.funds = .notTold
        contender.breaker = contender.breaker.admitting
        return Router.succession(
            of: [contender], amount: record.view.amount.minor, direction: record.view.method.direction
        ).next != nil
    }

    private func contender(
        _ id: Identifier, for record: OrderRecord, _ counterparty: Counterparty
    ) -> Contender {
        guard let account = directory.current.account(id) else {
            // Not usable as it is stored.
            return Contender(account: id, isEnabled: false, limits: nil, priority: 0, isRequestInvalid: false)
        }
        let problems = account.problems(
            with: record.view.method, record.view.amount, counterparty, record.view.description, settings)
        return contender(
            account, record.view.method, bank: counterparty[.bankCode], isRequestInvalid: !problems.isEmpty,
            at: clock.now())
    }
}

extension Engine {
    /// Whether the order has a place at the account's half-open breaker already: as a quote's first choice, or
    /// by an attempt that ran out before it could be paid.
    func isAdmitted(_ account: Identifier, to record: OrderRecord) -> Bool {
        (record.attempt?.account ?? Decision.candidates(in: record.decision).first) == account
    }
}

extension Contender.Breaker {
    /// The same for a payment that was let through already.
    var admitting: Self { if case .halfOpen = self { .halfOpen(admits: true) } else { self } }
}

extension Contender {
    /// The same with no room for an amount, as was found out at the commit: where what was read says otherwise, it is older.
    func capped(below amount: Int64) -> Contender {
        guard room.covers(amount) else { return self }
        var contender = self
        contender.room = Room(amount: amount - 1, payments: nil)
        return contender
    }
}

extension ProviderAccount {
    /// What its provider would find wrong with a payment; nothing where it is not used for it.
    func problems(
        with method: PaymentMethod, _ amount: Money, _ counterparty: Counterparty, _ description: String?,
        _ settings: Engine.Settings
    ) -> [FieldProblem] {
        guard isEnabled, methods.contains(method) else { return [] }
        return connector.problems(
            with: Payment(
                reference: "cw" + Identifier(high: 0, low: 0).base32, method: method, amount: amount,
                counterparty: counterparty, callbackURL: settings.publicURL, description: description))
    }
}
