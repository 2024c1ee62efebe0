internal import CPostgres
internal import Reactor

/// Who is told of a connection's changes, on the reactor's thread.
protocol ConnectionOwner: AnyObject, Sendable {
    /// Statements have ended, or a cancellation has: there may be room.
    func connectionMoved(_ connection: Connection)
    /// The connection is gone. `isFailover`: the server answers, but not for us any more.
    func connectionClosed(_ connection: Connection, error: PostgresError, isFailover: Bool)
    /// A statement of which nothing was executed asks for another try.
    func retry(_ operation: Operation)
    /// A notification arrived.
    func notified(channel: String, payload: String)
}

/// One session with the server, its statements pipelined.
///
/// Confined to its reactor's thread: every method is called there.
final class Connection: Watcher, @unchecked Sendable {
    enum Phase { case closed, opening, open }

    let reactor: Reactor
    weak var owner: (any ConnectionOwner)?

    var phase = Phase.closed
    var handle: OpaquePointer?
    /// As it was watched: libpq may close it, and open another, on its own.
    var descriptor: Int32 = -1
    /// Counts sessions, so that a transaction notices that its own is gone.
    var epoch: UInt64 = 0

    /// Statements sent and not answered, in order.
    var inflight = FIFO<Operation>()
    var prepared: [Statement: PreparedStatement] = [:]
    var preparedCount = 0
    var encoder = ParameterEncoder()
    var wantsWrite = false

    /// A cancel request is under way: it may hit whatever runs next, so nothing new is sent.
    var isCancelling = false
    /// Some statement of this pipeline was cancelled, and another may have been hit: it runs dry first.
    var wasCancelled = false
    /// When the last cancel request was over; the signal itself may come a moment later.
    var cancelledAt: UInt64?
    /// Takes no new statements, and is closed when the last has been answered.
    var isRetiring = false
    /// Closed by ourselves: not to be opened again.
    private(set) var isShut = false
    /// Sessions in a row that were not made, or did not last.
    var failuresInARow = 0
    /// When the session was made.
    var openedAt: UInt64 = 0
    /// Held by a transaction.
    var isExclusive = false
    /// To be held by a transaction once it is idle.
    var isReserved = false

    /// While it opens: who waits for the descriptor.
    var opening: ReadinessWaiter?

    init(reactor: Reactor, owner: (any ConnectionOwner)? = nil) {
        self.reactor = reactor
        self.owner = owner
    }

    /// Open, and able to take statements.
    var isUsable: Bool { phase == .open && !isCancelling && !wasCancelled && !isRetiring }
    var isIdle: Bool { isUsable && inflight.isEmpty && !isExclusive }
    /// The server says that no transaction is open. Of worth only when nothing is in flight.
    var isOutsideTransaction: Bool { handle.map { PQtransactionStatus($0) == PQTRANS_IDLE } ?? false }
    var isInsideTransaction: Bool { handle.map { PQtransactionStatus($0) == PQTRANS_INTRANS } ?? false }

    func ready(_ readiness: Readiness) {
        switch phase {
        case .opening: opening?.finish(true)
        case .open: receive()
        case .closed: break
        }
    }

    /// Closes for good, without a word to the owner; what is under way fails.
    func close() {
        isShut = true
        drop(PostgresError(.closed), isFailover: false, tellsOwner: false)
    }

    /// Takes no more, and closes once the last answer is in.
    func retire() {
        guard phase == .open else { return }
        isRetiring = true
        if inflight.isEmpty, !isExclusive {
            drop(PostgresError(.connection(.lost), "retired"), isFailover: false)
        }
    }

    /// Ends the session. The owner is told in a later turn, so that no caller of ours is surprised in its
    /// middle.
    func drop(_ error: PostgresError, isFailover: Bool, tellsOwner: Bool = true) {
        guard phase != .closed else { return }
        let wasOpen = phase == .open
        phase = .closed
        discardHandle()
        opening?.finish(false)
        var lost = inflight
        inflight = FIFO()
        prepared.removeAll(keepingCapacity: true)
        wasCancelled = false
        cancelledAt = nil
        isRetiring = false
        isExclusive = false
        isReserved = false
        while let operation = lost.popFirst() {
            operation.finish(.failure(error.committing(operation.mayCommit)))
        }
        guard tellsOwner, wasOpen else { return }
        reactor.execute { [self] in owner?.connectionClosed(self, error: error, isFailover: isFailover) }
    }

    func discardHandle() {
        if descriptor >= 0 { reactor.unwatch(descriptor) }
        descriptor = -1
        wantsWrite = false
        if let handle { PQfinish(handle) }
        handle = nil
    }

    /// Says that the session broke, in libpq's words.
    func dropAsLost(_ reason: String? = nil) {
        let message = reason ?? PostgresError.connectionMessage(handle)
        drop(PostgresError(.connection(.lost), message), isFailover: false)
    }
}

/// Waits for a descriptor or for a time, whichever is first.
final class ReadinessWaiter: @unchecked Sendable {
    private var continuation: CheckedContinuation<Bool, Never>?

    init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = continuation }

    func finish(_ isReady: Bool) {
        continuation?.resume(returning: isReady)
        continuation = nil
    }
}
