internal import Reactor

extension PostgresPool {
    private static let backoffFirst = Duration.milliseconds(20)
    private static let backoffMax = Duration.seconds(2)
    /// A session of this age, in nanoseconds, was a success.
    private static let lasting: UInt64 = 5_000_000_000

    /// Opens a session, however often it takes.
    func keepOpen(_ connection: Connection) {
        reactor.spawn { [weak self] in
            while let self, await !isClosed {
                if await open(connection) { return }
                await reactor.sleep(for: Self.backoff(after: connection.failuresInARow))
            }
        }
    }

    private func open(_ connection: Connection) async -> Bool {
        guard connection.phase == .closed, !connection.isShut else { return true }
        do throws(PostgresError) {
            guard let address else {
                throw PostgresError(.connection(.unreachable), "the database URL is not valid")
            }
            let places = try await resolve(address)
            guard !isClosed else { return true }
            try await connection.open(
                places, session: configuration.session,
                timeout: address.timeout ?? configuration.connectTimeout)
        } catch {
            note(error)
            connection.failuresInARow += 1
            return false
        }
        guard !isClosed else {
            connection.close()
            return true
        }
        lastSuccess = Reactor.monotonicNanoseconds()
        if connection === listener { beginListening(connection) }
        pump()
        return true
    }

    /// Doubles from failure to failure, with jitter so that processes do not come back in step.
    private static func backoff(after failures: Int) -> Duration {
        let doubled = backoffFirst * (1 << min(failures, 10))
        return min(doubled, backoffMax) * Double.random(in: 0.5...1)
    }

    func note(_ error: PostgresError) {
        if error.kind != .closed { lastError = (error, Reactor.monotonicNanoseconds()) }
    }

    /// One at a time: a resolver that hangs costs one thread.
    private func resolve(_ address: DatabaseAddress) async throws(PostgresError) -> [ConnectionParameters] {
        while isResolving { await reactor.sleep(for: .milliseconds(20)) }
        isResolving = true
        defer { isResolving = false }
        return try await PlaceFinder.places(of: address)
    }

    nonisolated func connectionMoved(_ connection: Connection) {
        assumeIsolated { pool in
            pool.lastSuccess = pool.reactor.turnNanoseconds
            pool.pump()
        }
    }

    nonisolated func connectionClosed(_ connection: Connection, error: PostgresError, isFailover: Bool) {
        assumeIsolated { pool in
            guard !pool.isClosed else { return }
            pool.note(error)
            if isFailover {
                // The neighbours speak to the same server.
                for other in pool.connections { other.retire() }
                pool.listener?.retire()
            }
            pool.reopen(connection)
            pool.pump()
        }
    }

    /// After a moment, longer from time to time: a server that takes sessions and soon ends them is not to be
    /// hammered.
    private func reopen(_ connection: Connection) {
        let hasLasted = Reactor.monotonicNanoseconds() - connection.openedAt > Self.lasting
        connection.failuresInARow = hasLasted ? 0 : connection.failuresInARow + 1
        _ = reactor.timer(after: Self.backoff(after: connection.failuresInARow)) { [weak self] in
            self?.assumeIsolated { $0.keepOpen(connection) }
        }
    }

    nonisolated func retry(_ operation: Operation) {
        assumeIsolated { pool in
            guard !pool.isClosed else { return operation.finish(.failure(PostgresError(.closed))) }
            pool.statements.prepend(operation)
            pool.arm(operation.deadline)
        }
    }
}
