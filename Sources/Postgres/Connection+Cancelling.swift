internal import CPostgres
internal import Reactor

extension Connection {
    /// How long a cancelled statement may take to end before the session is given up.
    private static let cancelGrace = Duration.seconds(2)
    /// How long after a cancel request its signal may still arrive, in nanoseconds.
    private static let strayMax: UInt64 = 1_000_000_000

    /// Gives up on statements whose time is over, and has the server stop the one that runs.
    func expire(at now: UInt64) {
        guard phase == .open else { return }
        inflight.forEach { operation in
            guard operation.deadline <= now, !operation.isEssential else { return }
            operation.finish(.failure(PostgresError(.deadline, mayHaveCommitted: operation.mayCommit)))
        }
        cancelHeadIfAbandoned()
    }

    /// Whether a cancellation that no one asked for may be a stray of ours.
    var mayHaveBeenHitByCancel: Bool {
        wasCancelled || cancelledAt.map { reactor.turnNanoseconds < $0 + Self.strayMax } ?? false
    }

    /// Nobody waits for the statement that runs: the server is asked to stop it.
    func cancelHeadIfAbandoned() {
        guard phase == .open, !isCancelling, let head = inflight.first, head.isAbandoned, let handle else {
            return
        }
        guard let request = PQgetCancel(handle).map(CancelRequest.init) else { return dropAsLost() }
        isCancelling = true
        wasCancelled = true
        let epoch = epoch
        let hasStarted = HelperThread.run { [self] in
            request.sendAndFree()
            reactor.execute { self.cancelHasBeenSent(epoch) }
        }
        guard hasStarted else {
            request.free()
            isCancelling = false
            return dropAsLost("no thread for the cancel request")
        }
        _ = reactor.timer(after: Self.cancelGrace) { [weak self] in
            guard let self, self.epoch == epoch, phase == .open, isCancelling || inflight.first === head
            else { return }
            dropAsLost("a cancelled statement did not end")
        }
    }

    private func cancelHasBeenSent(_ epoch: UInt64) {
        guard self.epoch == epoch else { return }
        isCancelling = false
        cancelledAt = reactor.turnNanoseconds
        guard phase == .open else { return }
        if inflight.isEmpty {
            wasCancelled = false
            if isRetiring, !isExclusive { return dropAsLost("retired") }
        }
        owner?.connectionMoved(self)
    }
}

/// libpq's cancel request: a copy of what it needs, good on any thread.
private struct CancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    /// Blocks: it opens a connection of its own.
    func sendAndFree() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(pointer, &message, Int32(message.count))
        free()
    }

    func free() { PQfreeCancel(pointer) }
}
