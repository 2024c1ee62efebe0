internal import Reactor

extension PostgresPool {
    private static let commit = Statement("commit", "COMMIT")
    private static let rollback = Statement("rollback", "ROLLBACK")

    /// Runs the body within a transaction (READ COMMITTED) on a session of its own; BEGIN travels with the
    /// first statement.
    ///
    /// Commits when the body returns, rolls back when it throws. The body runs where the caller does.
    /// - Parameter deadline: for all of it, from now, waiting for a session included; the configuration's by
    ///   default.
    /// - Throws: what the body threw; or `PostgresError`, with `mayHaveCommitted` when the answer to COMMIT
    ///   was lost, and `25P02` when the body ended well although a statement had failed.
    public nonisolated(nonsending) func transaction<Success: Sendable>(
        deadline: Duration? = nil,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Success
    ) async throws -> Success {
        let lease = try await lease(deadline: deadline)
        let success: Success
        do {
            success = try await body(PostgresTransaction(pool: self, lease: lease))
        } catch {
            await abandon(lease)
            throw error
        }
        try await finish(lease)
        return success
    }

    private func lease(deadline: Duration?) async throws(PostgresError) -> Lease {
        let due = Deadline.after(deadline ?? configuration.statementDeadline)
        let lease = try await acquire(until: due)
        lease.deadline = due
        if let deadline, deadline > configuration.statementDeadline {
            lease.serverTimeoutMilliseconds = Int64(deadline.milliseconds) + 1000
        }
        return lease
    }

    func query(
        _ statement: Statement, _ parameters: [Value], deadline: Duration?, in lease: Lease
    ) async throws(PostgresError) -> Rows {
        guard !lease.hasEnded else { throw PostgresError(.closed, "the transaction has ended") }
        let due = min(lease.deadline, deadline.map(Deadline.after) ?? .max)
        let isFirst = !lease.hasBegun
        lease.hasBegun = true
        do throws(PostgresError) {
            return try await perform(statement, parameters, in: lease, until: due, begins: isFirst)
        } catch let error where isFirst && error.isStalePlan && lease.isValid {
            // Nothing was executed: the same again, from the beginning.
            _ = try await perform(Self.rollback, [], in: lease, until: due)
            return try await perform(statement, parameters, in: lease, until: due, begins: true)
        }
    }

    private func perform(
        _ statement: Statement, _ parameters: [Value], in lease: Lease, until deadline: UInt64,
        begins: Bool = false,
        mayCommit: Bool = false
    ) async throws(PostgresError) -> Rows {
        guard lease.isValid else { throw PostgresError(.connection(.lost)) }
        guard deadline > Reactor.monotonicNanoseconds() else { throw PostgresError(.deadline) }
        arm(deadline)
        var begins = begins
        if begins, let timeout = lease.serverTimeoutMilliseconds {
            let settings: [Value] = [.int(timeout), true]
            lease.connection.send(
                Operation(
                    .statement(SessionSettings.statementTimeout, settings), deadline: .max,
                    beginsTransaction: true,
                    mayCommit: false, retriesLeft: 0, isEssential: true
                ) { _ in })
            begins = false
        }
        let outcome: Operation.Outcome = await withCheckedContinuation { continuation in
            let operation = Operation(
                .statement(statement, parameters), deadline: deadline, beginsTransaction: begins,
                mayCommit: mayCommit, retriesLeft: 0
            ) { continuation.resume(returning: $0) }
            lease.connection.send(operation)
        }
        return try outcome.get()
    }

    private func finish(_ lease: Lease) async throws(PostgresError) {
        lease.hasEnded = true
        guard lease.hasBegun else { return release(lease) }
        do throws(PostgresError) {
            let rows = try await perform(Self.commit, [], in: lease, until: lease.deadline, mayCommit: true)
            release(lease)
            // COMMIT of a transaction with a failed statement succeeds, as ROLLBACK.
            guard rows.storage.tag == "COMMIT" else {
                throw PostgresError(
                    .server(sqlState: "25P02"), "the transaction had failed and was rolled back")
            }
        } catch {
            if lease.connection.isExclusive { await abandon(lease) }
            throw error
        }
    }

    /// Rolls back, once the server has let go of what was cancelled, and gives the session back.
    private func abandon(_ lease: Lease) async {
        lease.hasEnded = true
        let limit = Deadline.after(.seconds(3))
        while lease.isValid, lease.connection.isCancelling || !lease.connection.inflight.isEmpty,
            Reactor.monotonicNanoseconds() < limit
        {
            await reactor.sleep(for: .milliseconds(1))
        }
        if lease.hasBegun, lease.isValid, !lease.connection.isOutsideTransaction {
            _ = try? await perform(Self.rollback, [], in: lease, until: Deadline.after(.seconds(3)))
        }
        release(lease)
    }
}
