public import Reactor

/// Sessions with one database, for one reactor.
///
/// Statements outside of transactions share sessions and are pipelined on them, each a transaction of its
/// own: one that fails, fails alone. A transaction has a session to itself; where the pool has several, one
/// is always left to the shared ones. Sessions are made in the background from the start, and again whenever
/// they are lost; who asks meanwhile waits until their deadline. `close` is to be called in the end.
///
/// A caller's cancellation is not looked at: the deadline bounds every wait.
public actor PostgresPool: ConnectionOwner {
    /// Where everything of this pool runs.
    public nonisolated let reactor: Reactor
    /// The reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    nonisolated let configuration: Configuration
    nonisolated let address: DatabaseAddress?

    var connections: [Connection] = []
    var listener: Connection?
    var subscriptions: [Subscription] = []
    var isPinging = false

    /// Statements that wait for a session, and transactions that do.
    var statements = FIFO<Operation>()
    var transactions = FIFO<TransactionRequest>()
    var sequence: UInt64 = 0

    var isClosed = false
    var isResolving = false
    var lastError: (PostgresError, at: UInt64)?
    var lastSuccess: UInt64?
    /// The moment of the earliest deadline that is watched for, or a sooner one.
    var armed: (due: UInt64, token: TimerToken)?

    /// Begins to connect at once, in the background. A URL that libpq does not take shows as `.unreachable`.
    public init(reactor: Reactor, configuration: Configuration) {
        self.reactor = reactor
        self.configuration = configuration
        address = DatabaseAddress(url: configuration.url, applicationName: configuration.applicationName)
        connections = (0..<configuration.connections).map { _ in Connection(reactor: reactor) }
        reactor.spawn { [self] in await start() }
    }

    private func start() {
        guard !isClosed else { return }
        for connection in connections {
            connection.owner = self
            keepOpen(connection)
        }
    }

    /// Whether a session is open now.
    public var isReachable: Bool { connections.contains { $0.phase == .open } }

    /// How the pool is doing now.
    public var statistics: Statistics {
        var statistics = Statistics()
        for connection in connections where connection.phase == .open {
            statistics.open += 1
            if connection.inflight.isEmpty, !connection.isExclusive {
                statistics.idle += 1
            } else {
                statistics.inUse += 1
            }
            statistics.underWay += connection.inflight.count
        }
        let now = Reactor.monotonicNanoseconds()
        statistics.waiting = waitingCount
        statistics.lastError = lastError?.0.description
        statistics.sinceLastError = lastError.map { .nanoseconds(Int64(now - min(now, $0.at))) }
        statistics.sinceLastSuccess = lastSuccess.map { .nanoseconds(Int64(now - min(now, $0))) }
        return statistics
    }

    /// Runs one statement as a transaction of its own.
    ///
    /// - Parameter deadline: from now, waiting for a session included; the configuration's by default.
    /// - Throws: what the server refused; or, with `mayHaveCommitted`, that the answer was lost or came too
    ///   late.
    public func query(
        _ statement: Statement, _ parameters: [Value] = [], deadline: Duration? = nil
    ) async throws(PostgresError) -> Rows {
        guard !isClosed else { throw PostgresError(.closed) }
        let due = Deadline.after(deadline ?? configuration.statementDeadline)
        let outcome: Operation.Outcome = await withCheckedContinuation { continuation in
            let operation = Operation(.statement(statement, parameters), deadline: due) {
                continuation.resume(returning: $0)
            }
            if let deadline, deadline > configuration.statementDeadline {
                operation.serverTimeoutMilliseconds = Int64(deadline.milliseconds) + 1000
            }
            submit(operation)
        }
        return try outcome.get()
    }

    /// Ends all sessions. What waits fails as `.closed`; what is under way has until its deadline.
    public func close() async {
        isClosed = true
        failWaiting(PostgresError(.closed))
        listener?.close()
        listener = nil
        let limit = Deadline.after(configuration.statementDeadline + .seconds(1))
        while connections.contains(where: { $0.phase == .open && ($0.isExclusive || !$0.inflight.isEmpty) }),
            Reactor.monotonicNanoseconds() < limit
        {
            await reactor.sleep(for: .milliseconds(2))
        }
        for connection in connections { connection.close() }
        if let armed { reactor.cancel(armed.token) }
        armed = nil
    }
}
