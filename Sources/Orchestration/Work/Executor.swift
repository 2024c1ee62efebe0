internal import Connectors
internal import Core
internal import JSON
internal import Postgres
internal import Reactor
internal import Routing

/// Carries an order that this process holds from one commit to the next: sends attempts, asks, writes what it learned.
///
/// Holding means: the order's fence is ours. Every write compares it, so a process that stalled past its lease can do
/// no harm.
struct Executor: Sendable {
    let engine: Engine
    let store: OrderStore
    let agenda: Agenda

    init(_ engine: Engine, agenda: Agenda) {
        self.engine = engine
        self.agenda = agenda
        store = OrderStore(database: engine.database)
    }

    // MARK: Sending

    /// Carries the attempt that was just committed from step to step, and goes on to the next candidates as long as the
    /// refusals allow it. A quote goes as far as its merchant's word is needed.
    func execute(_ held: OrderRecord) async -> OrderRecord {
        var record = held
        while !record.view.state.isTerminal, let next = await step(record) { record = next }
        return record
    }

    /// The next step; `nil` where there is none to be made now, or the order is no longer ours.
    private func step(_ record: OrderRecord) async -> OrderRecord? {
        guard let attempt = record.attempt else { return nil }
        switch attempt.state {
        case .preparing: return await prepare(record, attempt)
        case .sending:
            FaultPoint.reached("order_committed")
            let outcome = await submit(record, attempt)
            FaultPoint.reached("answer_received")
            let settled = await settle(record, on: outcome, from: .submission)
            FaultPoint.reached("answer_committed")
            return settled
        case .rejected: return await goOn(record)
        case .unknown, .accepted, .succeeded, .failed, .expired: return nil
        }
    }

    private func submit(_ record: OrderRecord, _ attempt: AttemptRecord) async -> Outcome {
        guard let account = engine.directory.current.account(attempt.account) else {
            return .rejected(
                Refusal(.misconfigured, "the provider account is not usable", worthAnotherAccount: true))
        }
        guard let end = engine.endOfSending(record) else {
            return .rejected(
                Refusal(.neverArrived, "the payment could not be sent in time", worthAnotherAccount: true))
        }
        let request: ProviderRequest
        let payment: Payment
        do {
            payment = try engine.payment(of: record, attempt)
            if engine.flow(of: account.id, payment.method) == .issued {
                return .accepted(try await issue(payment, at: account))
            }
            request = try account.connector.submission(of: payment, at: engine.clock.now())
        } catch let refusal as Refusal {
            return .rejected(refusal)
        } catch {
            // Nothing was sent: the sealed counterparty could not be opened.
            return .rejected(
                Refusal(.misconfigured, "the payment could not be prepared", worthAnotherAccount: false))
        }
        FaultPoint.reached("before_send")
        switch await engine.call(request, of: account, once: true, until: end) {
        case .response(let response):
            return account.connector.outcome(ofSubmission: response, of: payment, at: engine.clock.now())
        case .notSent(let why, let kind):
            return .rejected(
                Refusal(.providerUnavailable, ProviderAnswer.told(why, kind), worthAnotherAccount: true))
        case .lost(let why):
            return .unknown(why)
        }
    }

    // MARK: Writing what was learned

    /// Writes what an outcome changes. Where somebody else has written since, decides again on what is stored now.
    /// `nil`: the order is no longer ours, or the database could not be reached until the lease ended.
    ///
    /// - Parameter askedAt: when the question was asked that the outcome answers.
    func settle(
        _ held: OrderRecord, on outcome: Outcome, from source: NewsSource, askedAt: Timestamp? = nil
    ) async -> OrderRecord? {
        var record = held
        let lapses = engine.clock.now() + engine.settings.lease
        var pause: Duration = .milliseconds(50)
        while engine.clock.now() < lapses {
            let context = context(of: record, source, on: outcome, holding: held.fence, askedAt)
            guard let change = record.change(on: outcome, context) else {
                await letGo(of: record)
                return record
            }
            do {
                if try await engine.write(change) {
                    if change.report != nil { engine.learning.noteReport() }
                    agenda.note(change.due, now: engine.clock.now())
                    engine.doubtBalance(after: outcome, of: change.record)
                    return change.record
                }
                guard let stored = try await store.order(record.view.id, merchant: nil),
                    stored.fence == held.fence
                else { return nil }
                record = stored
            } catch {
                // The answer is too precious to lose to a database that is away for a moment.
                await engine.reactor.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
                if let stored = try? await store.order(record.view.id, merchant: nil) {
                    guard stored.fence == held.fence else { return nil }
                    record = stored
                }
            }
        }
        return nil
    }

    /// Gives an order back about which somebody else, a callback say, has told what we know.
    private func letGo(of record: OrderRecord) async {
        if record.view.state.isTerminal {
            try? await store.rest(record)
        } else if record.attempt?.state == .accepted || record.attempt?.state == .unknown {
            await postpone(record)
        }
    }

    private func context(
        of record: OrderRecord, _ source: NewsSource, on outcome: Outcome, holding: Int, _ askedAt: Timestamp?
    ) -> NewsContext {
        let now = engine.clock.now()
        let succession =
            outcome.mayGoOn ? engine.succession(of: record, refusedFor: outcome.refusalReason) : nil
        return NewsContext(
            source: source, now: now,
            notFoundIsProof: engine.isNotFoundProof(for: record, at: askedAt ?? now),
            hasNext: succession?.next != nil, passedOver: succession?.passedOver ?? [], holding: holding,
            nextLook: engine.nextLook(at: record, polls: record.polls, now: now))
    }

    // MARK: Asking

    /// Asks the provider about the attempt under way, and writes the answer or the next time to ask.
    ///
    /// - Parameter isPlanned: a question of the poll plan, which backs off from one to the next; not one that a caller
    ///   wants asked.
    func poll(_ held: OrderRecord, isPlanned: Bool = true) async -> OrderRecord {
        guard let attempt = held.attempt, let account = engine.directory.current.account(attempt.account),
            let payment = try? engine.payment(of: held, attempt)
        else {
            // Nobody can be asked as long as the account is not usable: a person must know.
            return await stillUndecided(held)
        }
        var asked = held
        if isPlanned { asked.polls += 1 }
        let askedAt = engine.clock.now()
        let query = account.connector.query(
            of: payment, providerReference: attempt.providerReference, at: askedAt)
        let outcome: Outcome
        switch await engine.call(query, of: account, once: false) {
        case .response(let response):
            outcome = account.connector.outcome(ofQuery: response, of: payment, at: engine.clock.now())
        case .notSent(let why, let kind): outcome = .unknown(ProviderAnswer.told(why, kind))
        case .lost(let why): outcome = .unknown(why)
        }
        FaultPoint.reached("query_answered")
        return await learn(outcome, of: asked, askedAt: askedAt)
    }

    /// Writes what a question brought, or when to ask next.
    func learn(_ answer: Outcome, of asked: OrderRecord, askedAt: Timestamp) async -> OrderRecord {
        // An answer is as old as its question: a payment that came after it is in the next one.
        let outcome = engine.lasting(answer, of: asked, askedAt: askedAt)
        if let expired = asked.expiry(on: outcome, at: askedAt, grace: engine.settings.expiryGrace),
            (try? await engine.write(expired)) == true
        {
            return expired.record
        }
        let context = context(of: asked, .query, on: outcome, holding: asked.fence, askedAt)
        guard asked.change(on: outcome, context) != nil else { return await stillUndecided(asked) }
        guard let settled = await settle(asked, on: outcome, from: .query, askedAt: askedAt) else {
            return asked
        }
        // What is proven not to have been paid goes on at once.
        return settled.attempt?.state == .rejected ? await execute(settled) : settled
    }

    /// Nothing new: asks again later, and calls a person once it has been so for too long.
    private func stillUndecided(_ record: OrderRecord) async -> OrderRecord {
        guard !record.view.state.isTerminal else {
            // It was looked at for a caller: it rests again.
            try? await store.rest(record)
            return record
        }
        let now = engine.clock.now()
        if let review = record.reviewOfUndecided(
            after: engine.scaled(engine.reviewDelay(of: record)), now: now,
            nextLook: engine.nextLook(at: record, polls: record.polls, now: now)),
            (try? await engine.write(review)) == true
        {
            agenda.note(review.due, now: now)
            return review.record
        }
        await postpone(record)
        return record
    }

    func postpone(_ record: OrderRecord) async {
        let now = engine.clock.now()
        let due = engine.nextLook(at: record, polls: record.polls, now: now)
        // Where this fails, the lease's end is the next time to ask.
        try? await store.postpone(record, to: due, polls: record.polls)
        agenda.note(due, now: now)
    }
}
