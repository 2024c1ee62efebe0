internal import Reactor

/// A transaction that waits for a session.
final class TransactionRequest {
    let deadline: UInt64
    let sequence: UInt64
    private var continuation: CheckedContinuation<Result<Lease, PostgresError>, Never>?

    init(
        deadline: UInt64, sequence: UInt64,
        continuation: CheckedContinuation<Result<Lease, PostgresError>, Never>
    ) {
        self.deadline = deadline
        self.sequence = sequence
        self.continuation = continuation
    }

    func finish(_ outcome: Result<Lease, PostgresError>) {
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}

extension PostgresPool {
    var waitingCount: Int { statements.count + transactions.count }

    /// Transactions at one time: with several sessions, one is left to the statements outside.
    private var exclusiveMax: Int { max(1, connections.count - 1) }
    private var exclusiveCount: Int { connections.count { $0.isExclusive } }

    /// Sends at once where a session has room, else queues within the bound.
    func submit(_ operation: Operation) {
        sequence += 1
        operation.sequence = sequence
        if statements.isEmpty, let connection = sharedConnection() { return send(operation, on: connection) }
        guard waitingCount < configuration.queueMax else {
            return operation.finish(.failure(PostgresError(.busy)))
        }
        statements.append(operation)
        arm(operation.deadline)
    }

    /// A session for one transaction.
    func acquire(until deadline: UInt64) async throws(PostgresError) -> Lease {
        guard !isClosed else { throw PostgresError(.closed) }
        let outcome = await withCheckedContinuation { continuation in
            sequence += 1
            let request = TransactionRequest(
                deadline: deadline, sequence: sequence, continuation: continuation)
            if transactions.isEmpty, exclusiveCount < exclusiveMax, let idle = idleConnection() {
                return grant(idle, to: request)
            }
            guard waitingCount < configuration.queueMax else {
                return request.finish(.failure(PostgresError(.busy)))
            }
            transactions.append(request)
            arm(deadline)
            pump()
        }
        return try outcome.get()
    }

    /// Gives the session back, when it is still the one that was lent.
    func release(_ lease: Lease) {
        let connection = lease.connection
        guard connection.epoch == lease.epoch, connection.phase == .open else { return }
        connection.isExclusive = false
        if !connection.inflight.isEmpty || !connection.isOutsideTransaction {
            connection.dropAsLost("a transaction was left open")
        } else if connection.isRetiring {
            connection.retire()
        }
        pump()
    }

    /// Hands out what has become free: to statements older than the first transaction, to transactions, to
    /// the rest.
    func pump() {
        guard waitingCount > 0 else { return }
        while let first = statements.first, first.sequence < (transactions.first?.sequence ?? .max),
            let connection = sharedConnection()
        {
            _ = statements.popFirst()
            send(first, on: connection)
        }
        while !transactions.isEmpty, exclusiveCount < exclusiveMax, let idle = idleConnection() {
            if let request = transactions.popFirst() { grant(idle, to: request) }
        }
        reserve()
        while !statements.isEmpty, let connection = sharedConnection() {
            if let operation = statements.popFirst() { send(operation, on: connection) }
        }
    }

    private func grant(_ connection: Connection, to request: TransactionRequest) {
        connection.isReserved = false
        connection.isExclusive = true
        request.finish(.success(Lease(connection)))
    }

    /// Lets as many busy sessions run dry as transactions wait for and may have.
    private func reserve() {
        let wanted = min(transactions.count, exclusiveMax - exclusiveCount)
        var reserved = 0
        for connection in connections where connection.isReserved {
            if reserved < wanted { reserved += 1 } else { connection.isReserved = false }
        }
        while reserved < wanted {
            let free = connections.filter { $0.isUsable && !$0.isExclusive && !$0.isReserved }
            guard let next = free.min(by: { $0.inflight.count < $1.inflight.count }) else { return }
            next.isReserved = true
            reserved += 1
        }
    }

    private func send(_ operation: Operation, on connection: Connection) {
        arm(operation.deadline)
        let timeout = operation.serverTimeoutMilliseconds
        if let timeout { connection.send(settingTimeout(timeout, deadline: operation.deadline)) }
        connection.send(operation)
        if timeout != nil {
            let usual = configuration.session.statementTimeoutMilliseconds
            connection.send(settingTimeout(usual, deadline: operation.deadline))
        }
    }

    /// The session's own statement timeout, for one statement that may take longer than others.
    private func settingTimeout(_ milliseconds: Int64, deadline: UInt64) -> Operation {
        Operation(
            .statement(SessionSettings.statementTimeout, [.int(milliseconds), false]), deadline: .max,
            retriesLeft: 0, isEssential: true
        ) { _ in }
    }

    private func sharedConnection() -> Connection? {
        var best: Connection?
        var least = Connection.pipelineDepthMax
        for connection in connections
        where connection.isUsable && !connection.isExclusive && !connection.isReserved {
            let count = connection.inflight.count
            if count < least {
                best = connection
                least = count
                if count == 0 { break }
            }
        }
        return best
    }

    private func idleConnection() -> Connection? {
        connections.first { $0.isIdle && $0.isReserved } ?? connections.first { $0.isIdle }
    }
}
