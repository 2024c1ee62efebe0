public import Core
internal import JSON
internal import Postgres
internal import Reactor
internal import Routing
internal import Synchronization

/// What merchants and operators do with orders. One for each reactor, to be called on it.
public final class Orders: Sendable {
    let engine: Engine
    let store: OrderStore
    let executor: Executor
    let agenda: Agenda
    private let sending = Atomic<Int>(0)

    /// - Parameter agenda: of the same reactor's worker.
    public init(_ engine: Engine, agenda: Agenda) {
        self.engine = engine
        self.agenda = agenda
        store = OrderStore(database: engine.database)
        executor = Executor(engine, agenda: agenda)
    }

    // MARK: Taking orders

    /// Takes an order as a quote: routed, checked and stored. Where the first candidate tells something before it pays, it
    /// is asked to; nothing that moves money is sent.
    public func initiate(_ draft: OrderDraft, claim: IdempotencyClaim?) async throws(OrderError) -> Creation {
        try await replaying(claim) { () async throws(OrderError) in
            let now = self.engine.clock.now()
            let record = try await self.placed(draft, at: now, claim) { record, account in
                record.view.account = account
                let lifetime = now + self.engine.settings.quoteLifetime
                record.view.expiresAt = draft.expiresAt.map { min($0, lifetime) } ?? lifetime
                record.due = record.view.expiresAt ?? lifetime
                if self.engine.firstState(of: account, draft.method) == .preparing {
                    self.begin(&record, at: account, now)
                }
            }
            return .order(record.attempt == nil ? record.view : await self.executed(record))
        }
    }

    /// Takes an order and sends it, waiting a while for the provider's first answer.
    public func create(_ draft: OrderDraft, claim: IdempotencyClaim?) async throws(OrderError) -> Creation {
        try await replaying(claim) { () async throws(OrderError) in
            let now = self.engine.clock.now()
            let record = try await self.placed(draft, at: now, claim) { record, account in
                record.view.state = .processing
                record.view.expiresAt = self.payinExpiry(draft.method, draft.expiresAt, at: now)
                self.begin(&record, at: account, now)
            }
            return .order(await self.executed(record))
        }
    }

    /// Sends a quote, waiting a while for the provider's first answer.
    public func process(_ id: Identifier, merchant: Identifier) async throws(OrderError) -> OrderView {
        let record = try await stored(id, merchant: merchant)
        // Nothing is sent for a contested order before a person has decided.
        guard record.view.state == .initiated, !record.isContested else { throw .conflict(record.view.state) }
        let now = engine.clock.now()
        if let expiresAt = record.view.expiresAt, now >= expiresAt { throw .quoteExpired }
        let begun: OrderRecord?
        if record.attempt?.state == .preparing {
            do { begun = try await executor.confirm(record) } catch { throw .unavailable }
        } else {
            let expiresAt = payinExpiry(record.view.method, record.payBy, at: now)
            await askForBalances(of: record)
            do {
                switch try await executor.beginNext(record, expiresAt: expiresAt) {
                case .begun(let next): begun = next
                case .lost: begun = nil
                case .nobody:
                    throw OrderError.noRoute(
                        "no provider account of the quote can take it now",
                        excluded: words(engine.succession(of: record).passedOver))
                }
            } catch let error as OrderError {
                throw error
            } catch {
                throw .unavailable
            }
        }
        guard let begun else { throw .conflict(try await stored(id, merchant: merchant).view.state) }
        return await executed(begun)
    }

    /// Routes a draft and stores it; once more without an account whose caps turn out to have no room.
    ///
    /// - Parameter shape: makes it what it is to be stored as, for its first candidate.
    private func placed(
        _ draft: OrderDraft, at now: Timestamp, _ claim: IdempotencyClaim?,
        _ shape: (inout OrderRecord, Identifier) -> Void
    ) async throws(OrderError) -> OrderRecord {
        let id = Identifier(at: now)
        var full: Set<Identifier> = []
        while true {
            let (decision, shadow) = try await route(draft, as: id, at: now, without: full)
            var record = try self.record(of: draft, as: id, decision, at: now)
            record.shadow = ShadowRecord(shadow, beside: decision)
            if let account = decision.candidates.first { shape(&record, account) }
            if try await insert(record, claim: claim, draft) { return record }
            guard let account = record.attempt?.account, full.insert(account).inserted else {
                throw .unavailable
            }
        }
    }

    /// The first candidate's attempt, which is ours.
    private func begin(_ record: inout OrderRecord, at account: Identifier, _ now: Timestamp) {
        let state = engine.firstState(of: account, record.view.method)
        var attempt = AttemptRecord(for: account, ordinal: 1, at: now, state: state)
        attempt.reserved = engine.reservation(account, record.view.method, record.view.amount)
        record.attempt = attempt
        record.fence = 1
        record.due = now + engine.settings.lease
        record.refreshAttempt()
    }

    /// Keeps the first answer of a call with an idempotency key. To be awaited before the answer leaves.
    public func remember(
        _ claim: IdempotencyClaim, status: Int, body: [UInt8]
    ) async throws(OrderError) {
        do { try await store.remember(claim, status: status, body: body) } catch { throw .unavailable }
    }

    /// Waits until no order is being sent by this reactor, for a while.
    public func drain(within time: Duration) async {
        let end = engine.clock.now() + time
        while sending.load(ordering: .relaxed) > 0, engine.clock.now() < end {
            await engine.reactor.sleep(for: .milliseconds(20))
        }
    }

    private func executed(_ record: OrderRecord) async -> OrderView {
        sending.add(1, ordering: .relaxed)
        let answer = await FirstAnswer.of(engine.reactor, within: engine.settings.answerWait) {
            let end = await self.executor.execute(record)
            self.sending.subtract(1, ordering: .relaxed)
            return end
        }
        return engine.view(of: answer ?? record)
    }

    private func payinExpiry(_ method: PaymentMethod, _ wished: Timestamp?, at now: Timestamp) -> Timestamp? {
        guard method.direction == .payin else { return nil }
        return wished ?? now + engine.settings.payinLifetime
    }

    private func record(
        of draft: OrderDraft, as id: Identifier, _ decision: Decision, at now: Timestamp
    ) throws(OrderError) -> OrderRecord {
        var sealed: [UInt8]?
        if !draft.counterparty.isEmpty {
            do {
                sealed = try engine.vault.seal(draft.counterparty.json, for: .counterparty, id: id)
            } catch { throw .unavailable }
        }
        let view = OrderView(
            id: id, merchant: draft.merchant, app: draft.app, referenceNumber: draft.referenceNumber,
            method: draft.method, amount: draft.amount, state: .initiated, late: false,
            redirectURL: draft.redirectURL, description: draft.description,
            metadata: draft.metadata.map { JSON.object($0).compact() }, createdAt: now, updatedAt: now,
            version: 1,
            attempts: 0)
        return OrderRecord(
            view: view, sealedCounterparty: sealed, counterparty: draft.counterparty,
            notifyURL: draft.notifyURL, decision: decision.json,
            payBy: draft.expiresAt, due: nil,
            fence: 0, polls: 0, attempt: nil)
    }

    /// Whether it was stored: not where its account's caps have no room for it.
    private func insert(
        _ record: OrderRecord, claim: IdempotencyClaim?, _ draft: OrderDraft
    ) async throws(OrderError) -> Bool {
        var detail = JSONWriter()
        detail.beginObject()
        detail.member("method", draft.method.rawValue)
        detail.member("amount", draft.amount.decimal)
        if let account = record.attempt?.account { detail.member("account", account.text(.providerAccount)) }
        detail.endObject()
        do throws(PostgresError) {
            try await engine.commit(record.attempt, draft.method, draft.amount) {
                share throws(PostgresError) in
                try await store.insert(
                    record, due: record.due ?? record.view.createdAt, claim: claim, detail: detail.bytes,
                    counting: share)
            }
            return true
        } catch  where error.isCapReached {
            return false
        } catch  where error.isUniqueViolation {
            let existing: Identifier?
            do {
                existing = try await store.id(ofReference: draft.referenceNumber, merchant: draft.merchant)
            } catch { throw .unavailable }
            guard let existing else { throw .idempotencyInProgress }
            throw .duplicateReference(existing)
        } catch {
            // Its id is ours alone, and its fence says that nobody has taken it since.
            let written = await engine.written(record.view.id, despite: error) { $0.fence == record.fence }
            guard written != nil else { throw .unavailable }
            return true
        }
    }

    // MARK: Idempotency

    /// Runs a creation; where it does not go through, the answer may already be there from a first call.
    private func replaying(
        _ claim: IdempotencyClaim?, _ body: () async throws(OrderError) -> Creation
    ) async throws(OrderError) -> Creation {
        do {
            return try await body()
        } catch {
            guard let claim, let earlier = try await earlier(claim) else { throw error }
            return earlier
        }
    }

    /// What came of the first call with this key; `nil` where there was none.
    public func earlier(_ claim: IdempotencyClaim) async throws(OrderError) -> Creation? {
        do {
            guard let stored = try await store.storedAnswer(for: claim) else { return nil }
            guard stored.fingerprint == claim.fingerprint else { throw OrderError.idempotencyMismatch }
            if let answer = stored.answer { return .replay(status: answer.status, body: answer.body) }
            // The first call answers within its wait; past that its process has died, and the order answers for it.
            guard engine.clock.now() - stored.createdAt > engine.settings.answerWait + .seconds(5) else {
                throw OrderError.idempotencyInProgress
            }
            return try await store.order(stored.order, merchant: nil).map { .order(engine.view(of: $0)) }
        } catch let error as OrderError {
            throw error
        } catch {
            throw .unavailable
        }
    }

    func stored(_ id: Identifier, merchant: Identifier?) async throws(OrderError) -> OrderRecord {
        let record: OrderRecord?
        do { record = try await store.order(id, merchant: merchant) } catch { throw .unavailable }
        guard let record else { throw .notFound }
        return record
    }
}
