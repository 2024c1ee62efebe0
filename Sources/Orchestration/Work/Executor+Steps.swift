internal import Connectors
internal import Core
internal import JSON

/// The steps that move no money: what a provider wants prepared, and what is issued here.
extension Executor {
    /// Has the provider prepare a payment, and commits what it told. Where that is not what the merchant means, or cannot be
    /// used, the attempt is refused: nothing has moved.
    func prepare(_ record: OrderRecord, _ attempt: AttemptRecord) async -> OrderRecord? {
        let known: AttemptPreparation?
        do { known = try engine.preparation(of: attempt) } catch { return nil }
        // A quote that is ready waits for its merchant.
        guard known?.prepared == nil else { return nil }
        let (outcome, name) = await askToPrepare(record, attempt)
        FaultPoint.reached("preparation_received")
        switch outcome {
        case .rejected(let refusal): return await settle(record, on: .rejected(refusal), from: .submission)
        case .prepared(let prepared):
            if let refusal = Self.mismatch(of: prepared, with: [name, known?.shownName]) {
                return await settle(record, on: .rejected(refusal), from: .submission)
            }
            let stored = await keep(
                AttemptPreparation(prepared: prepared, shownName: known?.shownName), of: record, attempt)
            FaultPoint.reached("preparation_committed")
            return stored
        }
    }

    /// What the provider prepared, and the name of the payee as the merchant gave it.
    private func askToPrepare(
        _ record: OrderRecord, _ attempt: AttemptRecord
    ) async -> (PreparationOutcome, String?) {
        guard let account = engine.directory.current.account(attempt.account) else {
            return (
                .rejected(
                    Refusal(
                        .misconfigured, "the provider account is not usable", worthAnotherAccount: true)), nil
            )
        }
        guard let end = engine.endOfSending(record) else {
            return (
                .rejected(
                    Refusal(.neverArrived, "the payment could not be sent in time", worthAnotherAccount: true)
                ),
                nil
            )
        }
        let now = engine.clock.now()
        do {
            let payment = try engine.payment(of: record, attempt)
            let request = try account.connector.preparation(of: payment, at: now)
            FaultPoint.reached("before_preparation")
            let limit = record.view.state == .initiated ? min(end, now + engine.settings.answerWait) : end
            switch await engine.call(request, of: account, once: true, until: limit) {
            case .response(let response):
                let outcome = account.connector.preparation(
                    in: response, of: payment, at: engine.clock.now())
                return (outcome, payment.counterparty[.name])
            case .notSent(let why, let kind): throw Self.unavailable(ProviderAnswer.told(why, kind))
            case .lost(let why): throw Self.unavailable("the provider did not prepare the payment: \(why)")
            }
        } catch let refusal as Refusal {
            return (.rejected(refusal), nil)
        } catch {
            return (
                .rejected(
                    Refusal(
                        .misconfigured, "the payment could not be prepared", worthAnotherAccount: false)), nil
            )
        }
    }

    /// Nothing has moved by a step that prepares, whether it arrived or not.
    private static func unavailable(_ why: String) -> Refusal {
        Refusal(.providerUnavailable, why, worthAnotherAccount: true)
    }

    private static func mismatch(of prepared: Preparation, with names: [String?]) -> Refusal? {
        guard let told = prepared.payeeName else { return nil }
        for name in names.compactMap(\.self) where !PersonName.areSame(name, told) {
            return Refusal(
                .nameMismatch, "The account belongs to somebody of another name.", worthAnotherAccount: false)
        }
        return nil
    }

    /// Commits what was prepared: a payment that is under way goes on to what moves the money, a quote is good until then.
    private func keep(
        _ preparation: AttemptPreparation, of record: OrderRecord, _ attempt: AttemptRecord
    ) async -> OrderRecord? {
        let now = engine.clock.now()
        let lapses = preparation.prepared?.expiresAt
        var next = record
        next.view.version += 1
        next.view.updatedAt = now
        guard let sealed = try? engine.sealed(preparation, of: attempt) else { return nil }
        next.attempt?.sealedPreparation = sealed
        if record.view.state == .initiated {
            next.view.expiresAt = [record.view.expiresAt, lapses].compactMap(\.self).min()
            next.due = next.view.expiresAt
        } else {
            next.attempt?.state = .sending
            next.attempt?.sentAt = now
            next.due = now + engine.settings.lease
        }
        let detail = OrderRecord.detail {
            $0.member("account", attempt.account.text(.providerAccount))
            $0.member("attempt", attempt.ordinal)
            if let lapses { $0.member("expiresAt", lapses.iso8601) }
        }
        do {
            guard try await store.prepared(next, detail: detail) else { return nil }
        } catch {
            // Sealed once, by us.
            let written = await engine.written(next.view.id, despite: error) {
                $0.attempt?.sealedPreparation == sealed && $0.fence == next.fence
            }
            guard written != nil else { return nil }
        }
        agenda.note(next.due, now: now)
        return next
    }

    /// Takes a quote whose first step was made from whoever made it; `nil` where the order has changed since.
    func confirm(_ record: OrderRecord) async throws -> OrderRecord? {
        guard let attempt = record.attempt else { return nil }
        let now = engine.clock.now()
        // What an account has prepared is given up with the account.
        let mayGoOn = engine.mayConfirm(record, at: attempt.account)
        let isReady = try mayGoOn && engine.preparation(of: attempt)?.prepared != nil
        let lease = now + engine.settings.lease
        let state: AttemptState = isReady ? .sending : .preparing
        guard let begun = try await store.confirm(record, attempt: state, due: lease, at: now) else {
            return nil
        }
        var next = record
        next.attempt?.state = state
        next.attempt?.sentAt = now
        next.polls = 0
        next.due = lease
        next.fence = begun.fence
        next.view.version = begun.version
        next.view.state = .processing
        next.view.updatedAt = now
        return isReady ? next : await abandon(next)
    }

    /// Gives up an attempt whose first step may or may not have been made, and begins the next one.
    func abandon(_ held: OrderRecord) async -> OrderRecord? {
        let lapsed = Refusal(
            .preparationLapsed, "what was to be prepared came to nothing", worthAnotherAccount: true)
        return await settle(held, on: .rejected(lapsed), from: .submission)
    }

    /// Makes what the payer is shown.
    func issue(_ payment: Payment, at account: ProviderAccount) async throws -> Acceptance {
        let issued = try account.connector.issue(payment, at: engine.clock.now())
        let request = account.connector.embellishment(of: issued, for: payment, at: engine.clock.now())
        guard let request,
            case .response(let response) = await engine.call(
                request, of: account, once: false, until: engine.clock.now() + Self.embellishmentTime)
        else { return issued }
        return account.connector.embellished(issued, by: response)
    }

    /// Whether an expired order's code may have been paid since: its provider calls nobody, and must be asked.
    func mayBePaidLate(_ record: OrderRecord) -> Bool {
        guard record.view.state == .expired, let attempt = record.attempt, attempt.state == .expired else {
            return false
        }
        return record.view.artefact != nil && engine.flow(of: attempt.account, record.view.method) == .issued
    }

    /// Nobody waits longer for what is nice to have.
    private static let embellishmentTime: Duration = .seconds(2)
}

extension Engine {
    /// What an answer says for good: as long as a code that was issued here is looked at, a transfer that failed may be
    /// followed by another one.
    func lasting(_ outcome: Outcome, of record: OrderRecord, askedAt: Timestamp) -> Outcome {
        guard case .failed = outcome, let account = record.attempt?.account,
            flow(of: account, record.view.method) == .issued, let expiresAt = record.view.expiresAt,
            askedAt < expiresAt + settings.expiryGrace
        else { return outcome }
        return .accepted(Acceptance())
    }

    /// What a new attempt begins as.
    func firstState(of account: Identifier, _ method: PaymentMethod) -> AttemptState {
        flow(of: account, method) == .prepared ? .preparing : .sending
    }
}

extension Outcome {
    /// Why it is a refusal.
    var refusalReason: Refusal.Reason? {
        if case .rejected(let refusal) = self { refusal.reason } else { nil }
    }
}
