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

    /// Sends the attempt that was just committed, and goes on to the next candidates as long as the refusals allow it.
    func execute(_ held: OrderRecord) async -> OrderRecord {
        var record = held
        while let attempt = record.attempt, attempt.state == .sending, !record.view.state.isTerminal {
            FaultPoint.reached("order_committed")
            let outcome = await submit(record, attempt)
            FaultPoint.reached("answer_received")
            guard let settled = await settle(record, on: outcome, from: .submission) else { break }
            record = settled
            FaultPoint.reached("answer_committed")
            guard record.view.state == .processing, record.attempt?.state == .rejected,
                let begun = await beginNext(record)
            else { break }
            record = begun
        }
        return record
    }

    private func submit(_ record: OrderRecord, _ attempt: AttemptRecord) async -> Outcome {
        guard let account = engine.directory.current.account(attempt.account) else {
            return .rejected(
                Refusal(.misconfigured, "the provider account is not usable", worthAnotherAccount: true))
        }
        guard let time = engine.timeToSend(record) else {
            return .rejected(
                Refusal(.neverArrived, "the payment could not be sent in time", worthAnotherAccount: true))
        }
        let request: ProviderRequest
        let payment: Payment
        do {
            payment = try engine.payment(of: record, attempt)
            request = try account.connector.submission(of: payment, at: engine.clock.now())
        } catch let refusal as Refusal {
            return .rejected(refusal)
        } catch {
            // Nothing was sent: the sealed counterparty could not be opened.
            return .rejected(
                Refusal(.misconfigured, "the payment could not be prepared", worthAnotherAccount: false))
        }
        FaultPoint.reached("before_send")
        switch await engine.call(request, of: account, once: true, within: time) {
        case .response(let response):
            return account.connector.outcome(ofSubmission: response, of: payment, at: engine.clock.now())
        case .notSent(let why):
            return .rejected(
                Refusal(
                    .providerUnavailable, "the provider could not be reached: \(why)",
                    worthAnotherAccount: true))
        case .lost(let why):
            return .unknown(why)
        }
    }

    /// Commits the next candidate's attempt; `nil` where there is none, or the order is no longer ours.
    func beginNext(_ record: OrderRecord) async -> OrderRecord? {
        guard !record.isContested else { return nil }
        let ordinal = (record.attempt?.ordinal ?? 0) + 1
        guard let account = engine.nextCandidate(of: record) else { return nil }
        return try? await begin(record, ordinal: ordinal, account: account, expiresAt: nil)
    }

    /// Commits an attempt of an order, which is then ours.
    func begin(
        _ record: OrderRecord, ordinal: Int, account: Identifier, expiresAt: Timestamp?
    ) async throws(PostgresError) -> OrderRecord? {
        let now = engine.clock.now()
        let attempt = AttemptRecord(for: account, ordinal: ordinal, at: now)
        var detail = JSONWriter()
        detail.beginObject()
        detail.member("account", account.text(.providerAccount))
        detail.member("attempt", ordinal)
        detail.endObject()
        let lease = now + engine.settings.lease
        guard
            let begun = try await store.begin(
                attempt, of: record, due: lease, expiresAt: expiresAt, detail: detail.bytes)
        else { return nil }
        var next = record
        next.attempt = attempt
        next.polls = 0
        next.due = lease
        next.fence = begun.fence
        next.view.version = begun.version
        next.view.state = .processing
        next.view.updatedAt = now
        next.view.expiresAt = expiresAt ?? record.view.expiresAt
        next.refreshAttempt()
        return next
    }

    // MARK: Writing what was learned

    /// Writes what an outcome changes. Where somebody else has written since, decides again on what is stored now.
    /// `nil`: the order is no longer ours, or the database could not be reached until the lease ended.
    func settle(_ held: OrderRecord, on outcome: Outcome, from source: NewsSource) async -> OrderRecord? {
        var record = held
        let lapses = engine.clock.now() + engine.settings.lease
        var pause: Duration = .milliseconds(50)
        while engine.clock.now() < lapses {
            guard let change = record.change(on: outcome, context(of: record, source, holding: held.fence))
            else {
                return record
            }
            do {
                if try await store.write(change) {
                    agenda.note(change.due, now: engine.clock.now())
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

    private func context(of record: OrderRecord, _ source: NewsSource, holding: Int) -> NewsContext {
        let now = engine.clock.now()
        return NewsContext(
            source: source, now: now, notFoundIsProof: engine.isNotFoundProof(for: record, at: now),
            hasNext: engine.nextCandidate(of: record) != nil, holding: holding,
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
        let query = account.connector.query(
            of: payment, providerReference: attempt.providerReference, at: engine.clock.now())
        let outcome: Outcome
        switch await engine.call(query, of: account, once: false) {
        case .response(let response):
            outcome = account.connector.outcome(ofQuery: response, of: payment, at: engine.clock.now())
        case .notSent(let why), .lost(let why):
            outcome = .unknown(why)
        }
        FaultPoint.reached("query_answered")
        if let expired = asked.expiry(
            on: outcome, at: engine.clock.now(), grace: engine.settings.expiryGrace),
            (try? await store.write(expired)) == true
        {
            return expired.record
        }
        guard asked.change(on: outcome, context(of: asked, .query, holding: held.fence)) != nil else {
            return await stillUndecided(asked)
        }
        return await settle(asked, on: outcome, from: .query) ?? held
    }

    /// Nothing new: asks again later, and calls a person once it has been so for too long.
    private func stillUndecided(_ record: OrderRecord) async -> OrderRecord {
        let now = engine.clock.now()
        if let review = record.reviewOfUndecided(
            after: engine.scaled(engine.reviewDelay(of: record)), now: now,
            nextLook: engine.nextLook(at: record, polls: record.polls, now: now)),
            (try? await store.write(review)) == true
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
