internal import Reactor

extension PostgresPool {
    /// Sees to it that the pool looks at its deadlines no later than this one. One timer serves all: most are
    /// never due.
    func arm(_ deadline: UInt64) {
        if let armed {
            guard deadline < armed.due else { return }
            reactor.cancel(armed.token)
        }
        let token = reactor.timer(after: Deadline.remaining(deadline)) { [weak self] in
            self?.assumeIsolated { $0.sweep() }
        }
        armed = (deadline, token)
    }

    /// Fails what is overdue, wherever it is.
    private func sweep() {
        armed = nil
        let now = Reactor.monotonicNanoseconds()
        let late = isReachable ? PostgresError(.deadline) : unreachable
        for operation in statements.extract(where: { $0.deadline <= now }) {
            operation.finish(.failure(late))
        }
        for request in transactions.extract(where: { $0.deadline <= now }) { request.finish(.failure(late)) }
        for connection in connections { connection.expire(at: now) }
        pump()
        if let next = earliest(after: now) { arm(next) }
    }

    private func earliest(after now: UInt64) -> UInt64? {
        var earliest = UInt64.max
        statements.forEach { earliest = min(earliest, $0.deadline) }
        transactions.forEach { earliest = min(earliest, $0.deadline) }
        for connection in connections {
            connection.inflight.forEach { if !$0.isAbandoned { earliest = min(earliest, $0.deadline) } }
        }
        return earliest == .max ? nil : earliest
    }

    /// What to tell those who waited for a session in vain.
    private var unreachable: PostgresError {
        PostgresError(.connection(.unreachable), lastError?.0.message ?? "not connected yet")
    }

    func failWaiting(_ error: PostgresError) {
        for operation in statements.extract(where: { _ in true }) { operation.finish(.failure(error)) }
        for request in transactions.extract(where: { _ in true }) { request.finish(.failure(error)) }
    }
}
