internal import CLinux
public import Reactor
internal import Synchronization

/// An HTTP/1.1 server on one reactor (RFC 9110, RFC 9112): strict with what it reads, bounded in everything it keeps.
///
/// Several servers may listen on one port, one on each reactor: the kernel spreads the connections over them. A started
/// server lives until it is drained.
public final class Server: @unchecked Sendable {
    /// The reactor that everything of this server runs on.
    public let reactor: Reactor
    /// Where it listens and what it allows.
    public let configuration: Configuration

    let router: Router
    let timing: Timing
    let counters = Counters()
    private let census: ConnectionCensus
    private let boundPort = Mutex<UInt16>(0)

    // Touched on the reactor's thread only.
    let output = OutputBuffer()
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Server.readBytes, alignment: 16)
    private(set) var isDraining = false
    private var listener: Listener?
    private var isPaused = false
    private var connections: [Connection] = []
    private var sweepTimer: TimerToken?
    private var date = DateField()
    private var numbers = RequestNumber.Generator()
    private let serverLine: [UInt8]
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var drainTimers: [TimerToken] = []

    /// The most that is read from a socket at once.
    static let readBytes = 64 * 1024
    /// Refused connections that are kept for the moment their clients need to read why, over all servers that share a
    /// census: few beside those that are served.
    private var refusedMax: Int { min(max(configuration.connectionsMax / 16, 8), 1024) }

    /// Makes a server that does not listen yet.
    ///
    /// - Parameter census: to be shared by the servers whose connections count together.
    public init(
        reactor: Reactor, router: Router, configuration: Configuration = Configuration(),
        census: ConnectionCensus = ConnectionCensus()
    ) {
        self.reactor = reactor
        self.router = router
        self.configuration = configuration
        self.census = census
        timing = Timing(configuration)
        serverLine = configuration.serverName.map { Array("Server: \($0)\r\n".utf8) } ?? []
    }

    deinit { scratch.deallocate() }

    /// Binds and listens, with the port known when it returns. From any thread, once.
    ///
    /// - Throws: when the address is not this machine's or is taken, or descriptors have run out.
    public func start() throws(SystemError) {
        let listener = try Listener(host: configuration.host, port: configuration.port, server: self)
        boundPort.withLock { $0 = listener.port }
        reactor.execute {
            self.listener = listener
            self.resumeListening()
        }
    }

    /// Binds to the configured address as no other process may have it, and lets go again. To be called before the first
    /// server starts: servers share their port, and so would two processes started by mistake.
    ///
    /// - Throws: when the address is not this machine's or is taken, or descriptors have run out.
    public static func checkAddress(_ configuration: Configuration) throws(SystemError) {
        try Listener.check(host: configuration.host, port: configuration.port)
    }

    /// The port that it listens on; 0 before `start`.
    public var port: UInt16 { boundPort.withLock { $0 } }

    /// What has been counted so far. From any thread.
    public var statistics: Statistics { counters.snapshot }

    /// Stops listening, closes idle connections, lets requests under way have their answers, and returns when the last
    /// connection is closed or the time has passed. From any task.
    public func drain(within limit: Duration) async {
        await withCheckedContinuation { continuation in
            reactor.execute { self.beginDrain(within: limit, continuation) }
        }
    }

    // MARK: Connections

    func admit(_ descriptor: Int32, _ peer: PeerAddress) {
        let capsAddress = configuration.capsLoopback || !peer.isLoopback
        let isAdmitted = census.admit(
            peer, totalMax: configuration.connectionsMax,
            perAddressMax: capsAddress ? configuration.connectionsPerAddressMax : nil)
        guard isAdmitted else { return refuse(descriptor, peer) }
        guard add(Connection(descriptor, peer, server: self)) else { return census.release(peer) }
        counters.accepted.count()
    }

    private func refuse(_ descriptor: Int32, _ peer: PeerAddress) {
        guard census.admitRefused(max: refusedMax) else { return refuseAtOnce(descriptor) }
        let connection = Connection(descriptor, peer, server: self, isRefused: true)
        guard add(connection) else { return census.releaseRefused() }
        counters.refused.count()
        connection.refuse(overloaded)
    }

    /// Answers and closes without waiting for the client to have read it.
    func refuseAtOnce(_ descriptor: Int32) {
        counters.refused.count()
        write(router.failure(overloaded, nil), overloaded.headers, for: Exchange(number: nextNumber()))
        _ = send(descriptor, output.bytes.baseAddress, output.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        output.removeAll()
        close(descriptor)
    }

    private var overloaded: Failure {
        Failure(
            .overloaded, "There are too many connections.",
            headers: [("Retry-After", String(configuration.retryAfterSeconds))])
    }

    private func add(_ connection: Connection) -> Bool {
        do throws(SystemError) {
            try reactor.watch(connection.descriptor, for: .readable, watcher: connection)
        } catch {
            close(connection.descriptor)
            return false
        }
        connection.slot = connections.count
        connections.append(connection)
        counters.open.store(connections.count, ordering: .relaxed)
        if sweepTimer == nil { scheduleSweep() }
        return true
    }

    /// Forgets a connection that has closed its descriptor.
    func remove(_ connection: Connection) {
        let slot = connection.slot
        connections.swapAt(slot, connections.count - 1)
        connections[slot].slot = slot
        connections.removeLast()
        counters.open.store(connections.count, ordering: .relaxed)
        if connection.isRefused { census.releaseRefused() } else { census.release(connection.peer) }
        if isDraining, connections.isEmpty { finishDrain() }
    }

    func nextNumber() -> RequestNumber { numbers.next() }

    /// Writes an answer; what cannot be sent becomes a 500.
    func write(_ response: Response, _ extra: [(name: String, value: String)] = [], for exchange: Exchange) {
        date.refresh(now: reactor.turnNanoseconds)
        let writer = ResponseWriter(output: output, date: date.line, server: serverLine)
        if writer.write(response, extra, for: exchange) { return counters.countResponse(response.status) }
        let failure = Failure(.internalError, "The answer cannot be sent.")
        for substitute in [router.failure(failure, nil), Router.problem(failure, nil)]
        where writer.write(substitute, [], for: exchange) {
            return counters.countResponse(substitute.status)
        }
    }

    // MARK: Listening

    private func resumeListening() {
        guard let listener, !isDraining else { return }
        do throws(SystemError) {
            try reactor.watch(listener.descriptor, for: .readable, level: true, watcher: listener)
        } catch {
            pauseListening()
        }
    }

    /// Leaves clients in the kernel's queue for a moment when there is nothing to take them with.
    func pauseListening() {
        guard let listener, !isPaused else { return }
        isPaused = true
        reactor.unwatch(listener.descriptor)
        _ = reactor.timer(after: .milliseconds(100)) {
            self.isPaused = false
            self.resumeListening()
        }
    }

    // MARK: Time

    private func scheduleSweep() {
        sweepTimer = reactor.timer(after: .nanoseconds(Int64(timing.sweep))) { self.sweep() }
    }

    /// One timer for all deadlines. Expiring takes connections out of the list, so it goes backwards.
    private func sweep() {
        let now = reactor.turnNanoseconds
        var index = connections.count - 1
        while index >= 0 {
            if index < connections.count { connections[index].expire(at: now) }
            index -= 1
        }
        sweepTimer = nil
        if !connections.isEmpty { scheduleSweep() }
    }

    // MARK: Draining

    private func beginDrain(within limit: Duration, _ continuation: CheckedContinuation<Void, Never>) {
        drained.append(continuation)
        if !isDraining {
            listener?.acceptAll()
            if let listener { reactor.unwatch(listener.descriptor) }
            listener = nil
            isDraining = true
            for connection in connections.reversed() { connection.drain() }
        }
        if connections.isEmpty { return finishDrain() }
        let timer = reactor.timer(after: limit) {
            for connection in self.connections.reversed() { connection.abort() }
        }
        drainTimers.append(timer)
    }

    private func finishDrain() {
        for timer in drainTimers { reactor.cancel(timer) }
        drainTimers = []
        if let sweepTimer { reactor.cancel(sweepTimer) }
        sweepTimer = nil
        let waiting = drained
        drained = []
        for continuation in waiting { continuation.resume() }
    }
}
