internal import Connectors
internal import Core
internal import JSON
internal import Postgres
internal import Routing

/// From one candidate to the next.
extension Executor {
    /// What came of beginning the next attempt.
    enum Beginning {
        /// It is committed, and ours.
        case begun(OrderRecord)
        /// No candidate may take the order now.
        case nobody([Decision.Exclusion])
        /// The order is no longer ours.
        case lost
    }

    /// Goes on with the next candidate; where none may take it, the order fails. `nil` where a quote waits for its merchant, a
    /// person is to decide first, or the order is no longer ours.
    func goOn(_ record: OrderRecord) async -> OrderRecord? {
        guard !record.isContested, record.view.state == .processing || record.view.state == .initiated,
            let beginning = try? await beginNext(record, asQuote: record.view.state == .initiated)
        else { return nil }
        switch beginning {
        case .begun(let begun): return begun
        case .lost: return nil
        case .nobody(let passedOver):
            let change = record.exhaustion(at: engine.clock.now(), passedOver: passedOver)
            guard let change, (try? await engine.write(change)) == true else { return nil }
            return change.record
        }
    }

    /// Commits the attempt of the first candidate that is left and may take the order; where its caps turn out to have no room,
    /// of the one after it. A quote tries only accounts that tell something before they pay.
    func beginNext(
        _ record: OrderRecord, expiresAt: Timestamp? = nil, asQuote: Bool = false
    ) async throws -> Beginning {
        var full: Set<Identifier> = []
        while true {
            let succession = engine.succession(of: record, without: full)
            guard let account = succession.next,
                !asQuote || engine.flow(of: account, record.view.method) == .prepared
            else { return .nobody(succession.passedOver) }
            guard admitted(record, at: account) else { continue }
            do {
                let begun = try await begin(
                    record, at: account, passing: succession.passedOver, expiresAt: expiresAt,
                    asQuote: asQuote)
                return begun.map(Beginning.begun) ?? .lost
            } catch let error as PostgresError where error.isCapReached {
                guard full.insert(account).inserted else { throw error }
            }
        }
    }

    /// Takes a place among those that find out whether an account works again, where that is how it is: others may have been
    /// quicker.
    private func admitted(_ record: OrderRecord, at account: Identifier) -> Bool {
        if engine.isAdmitted(account, to: record) { return true }
        let (method, now) = (record.view.method, engine.clock.now())
        return engine.breaker(of: account, method, at: now) != .halfOpen(admits: true)
            || engine.admit(account, method, at: now)
    }

    private func begin(
        _ record: OrderRecord, at account: Identifier, passing passedOver: [Decision.Exclusion],
        expiresAt: Timestamp?, asQuote: Bool
    ) async throws -> OrderRecord? {
        let attempt = try attempt(of: record, at: account)
        let lease = attempt.createdAt + engine.settings.lease
        let detail = OrderRecord.detail {
            $0.member("account", account.text(.providerAccount))
            $0.member("attempt", attempt.ordinal)
            $0.passedOver(passedOver)
        }
        var next = record
        next.view.state = asQuote ? .initiated : .processing
        let state = next.view.state
        let begun: (version: Int, fence: Int)?
        do {
            begun = try await engine.commit(attempt, record.view.method, record.view.amount) {
                share throws(PostgresError) in
                try await store.begin(
                    attempt, of: record, as: state, due: lease, expiresAt: expiresAt, detail: detail,
                    counting: share)
            }
        } catch {
            let written = await engine.written(record.view.id, despite: error) {
                $0.attempt?.id == attempt.id && $0.fence == record.fence + 1
            }
            guard let written else { throw error }
            begun = (written.view.version, written.fence)
        }
        guard let begun else { return nil }
        next.attempt = attempt
        next.polls = 0
        next.due = lease
        next.fence = begun.fence
        next.view.version = begun.version
        next.view.updatedAt = attempt.createdAt
        next.view.expiresAt = expiresAt ?? record.view.expiresAt
        next.refreshAttempt()
        return next
    }

    private func attempt(of record: OrderRecord, at account: Identifier) throws -> AttemptRecord {
        var attempt = AttemptRecord(
            for: account, ordinal: (record.attempt?.ordinal ?? 0) + 1, at: engine.clock.now(),
            state: engine.firstState(of: account, record.view.method))
        attempt.reserved = engine.reservation(account, record.view.method, record.view.amount)
        if let name = try record.attempt.flatMap({ try engine.preparation(of: $0) })?.knownName {
            attempt.sealedPreparation = try engine.sealed(AttemptPreparation(shownName: name), of: attempt)
        }
        return attempt
    }
}
