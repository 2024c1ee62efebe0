internal import CLinux
internal import Glibc
internal import Reactor

/// One client's connection: reads requests, has them answered one after another, writes the answers in that order.
///
/// Touched on its reactor's thread only. Between requests it keeps no buffer: it reads into the server's scratch, and
/// writes from the server's output, and only what is left over becomes its own.
final class Connection: Watcher, @unchecked Sendable {
    enum Phase {
        case open
        /// A handler's task has the request; nothing is read meanwhile.
        case handling
        /// The last answer is sent and our half is shut; what the client still sends is thrown away, so that the answer
        /// is not lost to a reset (RFC 9112 section 9.6).
        case lingering
        case closed
    }

    let descriptor: Int32
    let peer: PeerAddress
    /// Turned away for want of room; not in the census.
    let isRefused: Bool
    var slot = 0

    private let server: Server
    private var phase = Phase.open
    private var parser: RequestParser
    /// Received and not yet understood.
    private var input = Backlog()
    /// Answers that the kernel did not take, and how much of them it has taken since.
    private var output = Backlog()
    private var outputBytesSent = 0
    private var patience = Patience()
    /// The kernel may have more for us: with edges it says so once.
    private var isReadable = false
    /// The client has ended its half.
    private var hangsUp = false
    private var hasEnded = false
    private var watchesWriting = false
    private var closesAfterOutput = false
    private var lingersAfterOutput = false
    private var discarded = 0

    /// Answers gathered before they are sent, when a client pipelines.
    private static let outputBytesMax = 128 * 1024
    /// Reads in one turn before others have theirs.
    private static let readsPerTurnMax = 4
    private static let discardedBytesMax = 1 << 20

    init(_ descriptor: Int32, _ peer: PeerAddress, server: Server, isRefused: Bool = false) {
        self.descriptor = descriptor
        self.peer = peer
        self.server = server
        self.isRefused = isRefused
        parser = RequestParser(limits: server.configuration.parserLimits)
        patience.begin(.request, now: server.reactor.turnNanoseconds, limit: server.timing.idle)
    }

    // MARK: Events

    func ready(_ readiness: Readiness) {
        if readiness.overlaps(.readable) { isReadable = true }
        if readiness.contains(.hangUp) { hangsUp = true }
        switch phase {
        case .closed: return
        case .lingering: return discard()
        case .open, .handling: break
        }
        // Both halves gone, or reset: nobody is left to answer. A handler under way ends by itself.
        if readiness.overlaps(.broken) { return abort() }
        if !output.isEmpty { flushBacklog() }
        pump()
    }

    /// Does all that can be done now: understands what has come, reads more, sends what was answered.
    private func pump() {
        consumeInput()
        var reads = 0
        while takesRequests, isReadable {
            if reads == Self.readsPerTurnMax {
                server.reactor.execute { if self.phase != .closed { self.pump() } }
                break
            }
            reads += 1
            read()
        }
        settle()
    }

    /// Whether the next request may be looked at: answers leave in order, and a client that does not read them is not
    /// read from either.
    private var takesRequests: Bool {
        phase == .open && output.isEmpty && !closesAfterOutput && !hasEnded
    }

    private func read() {
        let count = recv(descriptor, server.scratch.baseAddress, server.scratch.count, 0)
        if count > 0 {
            // epoll(7): less than was asked for means that there is no more, unless the end has come with it.
            isReadable = count == server.scratch.count || hangsUp
            receive(UnsafeRawBufferPointer(rebasing: server.scratch[..<count]))
        } else if count == 0 {
            isReadable = false
            hasEnded = true
        } else if errno == EAGAIN {
            isReadable = false
        } else if errno != EINTR {
            abort()
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        if input.isEmpty {
            let used = consume(bytes)
            if used < bytes.count, phase != .closed { input.append(bytes[used...]) }
        } else {
            input.append(bytes)
            consumeInput()
        }
    }

    private func consumeInput() {
        guard !input.isEmpty, takesRequests else { return }
        // A copy of the reference: the handlers that run meanwhile may not find the property in use.
        let pending = input
        let used = pending.withBytes { consume($0) }
        if !input.isEmpty { input.consume(used) }
    }

    /// Returns how many of the bytes are done with.
    private func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        var offset = 0
        while offset < bytes.count, takesRequests {
            let (used, step) = parser.advance(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
            offset += used
            switch step {
            case .incomplete: return offset
            case .expectation: server.output.append("HTTP/1.1 100 Continue\r\n\r\n")
            case .request(let head, let body): begin(head, body)
            case .failure(let failure):
                fail(failure)
                return bytes.count
            }
            if server.output.count > Self.outputBytesMax { flush() }
        }
        return offset
    }

    // MARK: Requests and answers

    private func begin(_ head: RequestHead, _ body: [UInt8]) {
        patience.end()
        server.counters.requests.count()
        var request = Request(head: head, body: body, peer: peer, number: server.nextNumber())
        let exchange = Exchange(request)
        switch server.router.match(&request) {
        case .handler(.immediate(let handler)): answer(handler(request), for: exchange)
        case .handler(.async(let handler)): run(handler, request, exchange)
        case .options(let allowed):
            answer(Response(status: 204, headers: [("Allow", allowed)]), for: exchange)
        case .failure(let failure):
            answer(server.router.failure(failure, request), failure.headers, for: exchange)
        }
    }

    private func run(
        _ handler: @escaping @Sendable (Request) async -> Response, _ request: Request, _ exchange: Exchange
    ) {
        phase = .handling
        Task(executorPreference: server.reactor) {
            let response = await handler(request)
            self.complete(response, exchange)
        }
    }

    private func complete(_ response: Response, _ exchange: Exchange) {
        server.reactor.checkIsolated()
        guard phase == .handling else { return }
        phase = .open
        answer(response, for: exchange)
        pump()
    }

    private func answer(
        _ response: Response, _ extra: [(name: String, value: String)] = [], for exchange: Exchange
    ) {
        var exchange = exchange
        if response.closes || server.isDraining { exchange.keepsAlive = false }
        server.write(response, extra, for: exchange)
        if !exchange.keepsAlive { closesAfterOutput = true }
    }

    /// Answers what is no request, and closes.
    private func fail(_ failure: Failure) {
        server.write(
            server.router.failure(failure, nil), failure.headers, for: Exchange(number: server.nextNumber()))
        closesAfterOutput = true
        lingersAfterOutput = true
    }

    /// Turns a new connection away.
    func refuse(_ failure: Failure) {
        fail(failure)
        settle()
    }

    // MARK: Writing

    /// Sends what the server's output holds, behind what the kernel did not take before.
    private func flush() {
        defer { server.output.removeAll() }
        guard !server.output.isEmpty, phase != .closed, phase != .lingering else { return }
        let bytes = server.output.bytes
        guard output.isEmpty else { return output.append(bytes) }
        guard let sent = send(bytes) else { return abort() }
        guard sent < bytes.count else { return }
        output.append(bytes[sent...])
        // The rate counts from here: an earlier backlog was read in its own time.
        outputBytesSent = 0
        patience.end()
        if !watchesWriting {
            watchesWriting = true
            guard (try? server.reactor.rewatch(descriptor, for: [.readable, .writable])) != nil else {
                return abort()
            }
        }
    }

    private func flushBacklog() {
        guard let sent = output.withBytes({ send($0) }) else { return abort() }
        outputBytesSent += sent
        output.consume(sent)
    }

    /// What the kernel took; nil where the connection is lost.
    private func send(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var sent = 0
        while sent < bytes.count, let base = bytes.baseAddress {
            let count = CLinux.send(descriptor, base + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return sent
            } else if errno != EINTR {
                return nil
            }
        }
        return sent
    }

    /// Sends, and then either ends or waits for what must come next.
    private func settle() {
        flush()
        guard phase == .open || phase == .handling else { return }
        if phase == .open, output.isEmpty {
            if closesAfterOutput { return end() }
            if hasEnded { return close() }
        }
        awaitNext()
    }

    private func awaitNext() {
        let now = server.reactor.turnNanoseconds
        let timing = server.timing
        if !output.isEmpty {
            patience.follow(.reader, now: now, bytes: outputBytesSent, timing: timing)
        } else if phase == .handling {
            patience.end()
        } else if parser.isInBody {
            patience.follow(.body, now: now, bytes: parser.bodyBytesReceived, timing: timing)
        } else if !input.isEmpty {
            patience.begin(.head, now: now, limit: timing.head)
        } else {
            patience.begin(.request, now: now, limit: timing.idle)
        }
    }

    // MARK: Ends

    /// Called by the server's sweep.
    func expire(at now: UInt64) {
        guard patience.deadline <= now else {
            if patience.wait == .request { parser.releaseMemory() }
            return
        }
        switch patience.wait {
        case .nothing: return
        case .request, .end: close()
        case .head, .body:
            server.counters.timeouts.count()
            fail(Failure(.requestTimeout, "The request came too slowly."))
            settle()
        case .reader:
            server.counters.timeouts.count()
            abort()
        }
    }

    /// The server is closing: an idle connection ends now, another after its answer.
    func drain() {
        guard phase == .open else { return }
        // A request may have come that was not looked at yet.
        isReadable = true
        pump()
        if phase == .open, output.isEmpty, input.isEmpty, !parser.isInBody { close() }
    }

    /// After the last answer. Where the client may still be sending, closing at once would reset the connection and could
    /// take the answer from it.
    private func end() {
        guard lingersAfterOutput || isReadable || !input.isEmpty, !hasEnded else { return close() }
        phase = .lingering
        input.removeAll()
        shutdown(descriptor, Int32(SHUT_WR))
        patience.begin(.end, now: server.reactor.turnNanoseconds, limit: server.timing.linger)
        discard()
    }

    private func discard() {
        while discarded < Self.discardedBytesMax {
            let count = recv(descriptor, server.scratch.baseAddress, server.scratch.count, 0)
            if count > 0 {
                discarded += count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                return
            } else {
                return close()
            }
        }
        close()
    }

    /// Ends without a word, and without leaving the kernel what the client does not read.
    func abort() {
        guard phase != .closed else { return }
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    private func close() {
        guard phase != .closed else { return }
        phase = .closed
        patience.end()
        input.removeAll()
        output.removeAll()
        server.reactor.unwatch(descriptor)
        CLinux.close(descriptor)
        server.remove(self)
    }
}

extension Readiness {
    /// The other side has ended its half.
    static let hangUp = Readiness(rawValue: EPOLLRDHUP.rawValue)
}
