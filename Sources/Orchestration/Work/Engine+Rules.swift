internal import Connectors
internal import Core
internal import Routing

/// What follows from an order, the directory and the settings together.
extension Engine {
    /// The order as its connector is to see it.
    ///
    /// - Throws: where the sealed counterparty cannot be opened.
    func payment(of record: OrderRecord, _ attempt: AttemptRecord) throws -> Payment {
        Payment(
            reference: attempt.reference, method: record.view.method, amount: record.view.amount,
            counterparty: try counterparty(of: record),
            callbackURL: settings.publicURL + "/webhooks/" + attempt.account.text(.providerAccount),
            description: record.view.description, order: record.view.id,
            merchantName: directory.current.merchants[record.view.merchant]?.displayName ?? "",
            createdAt: attempt.createdAt, expiresAt: record.view.expiresAt,
            preparation: try preparation(of: attempt)?.prepared, artefact: record.view.artefact)
    }

    /// Who is on the other side of an order; nobody where it does not say.
    ///
    /// - Throws: where it is sealed and cannot be opened.
    func counterparty(of record: OrderRecord) throws -> Counterparty {
        if let counterparty = record.counterparty { return counterparty }
        guard let sealed = record.sealedCounterparty else { return Counterparty() }
        let opened = try vault.open(sealed, for: .counterparty, id: record.view.id)
        return Counterparty(json: opened) ?? Counterparty()
    }

    /// The steps of a payment by this method at this account; one, where the account is not usable.
    func flow(of account: Identifier, _ method: PaymentMethod) -> PaymentFlow {
        directory.current.account(account)?.descriptor.capability(method)?.flow ?? .submitted
    }

    /// Whether the rule that decided allows another attempt, by their number and by the time since the first one; a quote's third
    /// attempt is counted from when it was made, since the first one's time is not at hand then.
    func mayGoOn(_ record: OrderRecord, _ bounds: Decision.Bounds) -> Bool {
        guard let attempt = record.attempt else { return true }
        if let attempts = bounds.attempts, attempt.ordinal >= attempts { return false }
        guard let seconds = bounds.seconds else { return true }
        let since = attempt.ordinal == 1 ? attempt.createdAt : record.view.createdAt
        return clock.now() - since < .seconds(Int64(seconds))
    }

    /// Until when sending the attempt may take: it must be over before the lease is, since whoever takes the order then
    /// acts on the assumption that nothing more of this attempt leaves us. `nil`: this process was held up for so long
    /// that it must not begin.
    func endOfSending(_ record: OrderRecord) -> Timestamp? {
        guard let due = record.due else { return nil }
        let end = due - settings.lease / 10
        return end - clock.now() < settings.lease / 4 ? nil : end
    }

    /// Whether "not found" proves by now that the attempt never arrived: after what its provider's documents allow,
    /// counted from the last moment at which it can have been sent. That is the lease's end: who sends may have waited before for
    /// a balance, for a cap to be counted or for a token, and repeats after a 401.
    func isNotFoundProof(for record: OrderRecord, at now: Timestamp) -> Bool {
        guard let attempt = record.attempt, let account = directory.current.account(attempt.account),
            let grace = account.connector.notFoundGrace(for: record.view.method)
        else { return false }
        let since = attempt.sentAt ?? attempt.createdAt
        return now - since >= settings.lease + grace
    }

    /// When the attempt is to be asked about after `polls` questions: by its connector's plan, and once more right
    /// after a payin's expiry.
    func nextLook(at record: OrderRecord, polls: Int, now: Timestamp) -> Timestamp {
        let plan = record.attempt.flatMap { directory.current.account($0.account)?.descriptor.pollPlan }
        let regular = now + scaled((plan ?? PollPlan([.seconds(60)])).delay(before: polls))
        guard record.view.method.direction == .payin, let expiresAt = record.view.expiresAt else {
            return regular
        }
        let last = expiresAt + settings.expiryGrace
        return now < last ? min(regular, last) : regular
    }

    /// How long an attempt may stay undecided before a person is called: one that may not have arrived as its
    /// connector says, one that its provider has for a day beyond what any of them takes.
    func reviewDelay(of record: OrderRecord) -> Duration {
        if record.attempt?.state == .accepted {
            let open = record.view.method.direction == .payin ? record.view.expiresAt : nil
            return settings.stuckAfter + (open.map { $0 - record.view.createdAt } ?? .zero)
        }
        return record.attempt.flatMap { directory.current.account($0.account)?.descriptor.reviewAfter }
            ?? .seconds(600)
    }

    /// A provider's delay at this installation's pace.
    func scaled(_ delay: Duration) -> Duration {
        settings.pollScale == 1
            ? delay : .microseconds(Int64(Double(delay.microseconds) * settings.pollScale))
    }
}
