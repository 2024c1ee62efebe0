internal import CPostgres
internal import Reactor

extension Connection {
    /// Tries one place after the other until a session is made and set up. To be called in a task on the
    /// reactor.
    ///
    /// - Parameter timeout: for each place.
    func open(
        _ endpoints: [ConnectionParameters], session: SessionSettings, timeout: Duration
    ) async throws(PostgresError) {
        precondition(phase == .closed && handle == nil && !isShut)
        phase = .opening
        epoch += 1
        var error = PostgresError(.connection(.unreachable), "no address to connect to")
        for endpoint in endpoints {
            do throws(PostgresError) {
                try await open(endpoint, session: session, until: Deadline.after(timeout))
                return
            } catch let failure {
                error = failure
                discardHandle()
                guard phase == .opening, !isShut else { break }
            }
        }
        phase = .closed
        throw error
    }

    private func open(
        _ endpoint: ConnectionParameters, session: SessionSettings, until deadline: UInt64
    ) async throws(PostgresError) {
        let started = endpoint.start()
        guard let started, PQstatus(started) != CONNECTION_BAD else {
            let message = PostgresError.connectionMessage(started)
            if let started { PQfinish(started) }
            throw PostgresError(.connection(.unreachable), message)
        }
        handle = started
        PQsetNoticeReceiver(started, { _, _ in }, nil)
        try await negotiate(started, until: deadline)
        guard PQsetnonblocking(started, 1) == 0, PQenterPipelineMode(started) == 1 else {
            throw PostgresError(.connection(.unreachable), "pipeline mode refused")
        }
        descriptor = PQsocket(started)
        do {
            try reactor.watch(descriptor, for: .readable, level: true, watcher: self)
        } catch {
            descriptor = -1
            throw PostgresError(.connection(.unreachable), "\(error)")
        }
        phase = .open
        do throws(PostgresError) {
            _ = try await perform(.statement(SessionSettings.statement, session.parameters), until: deadline)
            openedAt = Reactor.monotonicNanoseconds()
        } catch {
            // Dropping it told the owner nothing that a failure to open does not say.
            let failure = PostgresError(.connection(.unreachable), error.message)
            if phase == .open { drop(failure, isFailover: false, tellsOwner: false) }
            phase = .opening
            throw failure
        }
    }

    private func negotiate(_ started: OpaquePointer, until deadline: UInt64) async throws(PostgresError) {
        var wanted = PGRES_POLLING_WRITING
        while wanted != PGRES_POLLING_OK {
            let interest: Readiness = wanted == PGRES_POLLING_WRITING ? .writable : .readable
            guard await becomesReady(PQsocket(started), for: interest, until: deadline) else {
                throw PostgresError(.connection(.unreachable), "no connection within the time given")
            }
            // Closed while we waited: the handle is no more.
            guard phase == .opening, handle == started else { throw PostgresError(.closed) }
            wanted = PQconnectPoll(started)
            if wanted == PGRES_POLLING_FAILED {
                throw PostgresError(.connection(.unreachable), PostgresError.connectionMessage(started))
            }
        }
    }

    /// Watches only while it waits: libpq may close the descriptor and take another at every step.
    private func becomesReady(
        _ descriptor: Int32, for interest: Readiness, until deadline: UInt64
    ) async -> Bool {
        let remaining = Deadline.remaining(deadline)
        guard descriptor >= 0, remaining > .zero else { return false }
        do {
            try reactor.watch(descriptor, for: interest, level: true, watcher: self)
        } catch {
            return false
        }
        self.descriptor = descriptor
        var timer: TimerToken?
        let isReady = await withCheckedContinuation { continuation in
            let waiter = ReadinessWaiter(continuation)
            opening = waiter
            timer = reactor.timer(after: remaining) { waiter.finish(false) }
        }
        if let timer { reactor.cancel(timer) }
        opening = nil
        if self.descriptor == descriptor {
            reactor.unwatch(descriptor)
            self.descriptor = -1
        }
        return isReady
    }

    /// Runs one operation and waits for it; past the deadline the session is dropped. For sessions without a
    /// pool.
    func perform(
        _ work: Operation.Work, until deadline: UInt64
    ) async throws(PostgresError) -> Rows {
        guard isUsable else { throw PostgresError(.connection(.lost)) }
        var timer: TimerToken?
        let epoch = epoch
        let outcome: Operation.Outcome = await withCheckedContinuation { continuation in
            let operation = Operation(work, deadline: deadline, retriesLeft: 0) {
                continuation.resume(returning: $0)
            }
            timer = reactor.timer(after: Deadline.remaining(deadline)) { [self] in
                guard self.epoch == epoch else { return }
                operation.finish(.failure(PostgresError(.deadline, mayHaveCommitted: true)))
                dropAsLost("deadline passed")
            }
            send(operation)
        }
        if let timer { reactor.cancel(timer) }
        return try outcome.get()
    }
}

/// Moments of the monotonic clock.
enum Deadline {
    static let never = UInt64(Int64.max)

    static func after(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return Reactor.monotonicNanoseconds() }
        guard seconds < 1 << 31 else { return never }
        return Reactor.monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
            + UInt64(attoseconds / 1_000_000_000)
    }

    static func remaining(_ deadline: UInt64) -> Duration {
        let now = Reactor.monotonicNanoseconds()
        return deadline <= now ? .zero : .nanoseconds(Int64(min(deadline - now, never)))
    }
}
