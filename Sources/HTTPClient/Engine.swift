internal import CCurl
internal import Glibc
internal import Reactor

/// Joins curl's multi handle to the reactor: curl says which sockets and which time to watch, and is called
/// when they are ready. Touched on the reactor's thread only, which `close` and every entry here run on.
final class Engine: @unchecked Sendable {
    private let reactor: Reactor
    private let configuration: HTTPClient.Configuration
    private let multi: UnsafeMutableRawPointer
    /// TLS sessions to resume, for connections that are made anew each time.
    private let share: UnsafeMutableRawPointer?
    private let kept = KeptSockets()
    private var watchers: [Int32: SocketWatcher] = [:]
    private var timer: TimerToken?
    /// Curl asked to be called at once; it must not be called from within its own callbacks.
    private var isCallDue = false
    private var active: [ObjectIdentifier: Transfer] = [:]

    /// Calls in a row that curl may ask for before the sockets are looked at again.
    private static let callsInARowMax = 16

    init(reactor: Reactor, configuration: HTTPClient.Configuration) {
        Self.prepareProcess()
        guard let multi = curl_multi_init() else { preconditionFailure("out of memory in curl_multi_init") }
        self.reactor = reactor
        self.configuration = configuration
        self.multi = multi
        share = curl_share_init()
        if let share { _ = causeway_share_tls_sessions(share) }
        _ = causeway_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, configuration.idleConnectionsMax)
        installCallbacks()
    }

    /// What curl needs once in a process.
    private static func prepareProcess() { _ = processIsPrepared }

    private static let processIsPrepared: Bool = {
        // With CURLOPT_NOSIGNAL, OpenSSL's writes to a closed connection would end the process otherwise.
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    private func installCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = causeway_multi_socket_callback(
            multi,
            { _, descriptor, interest, context, _ in
                guard let context else { return -1 }
                let engine = Unmanaged<Engine>.fromOpaque(context).takeUnretainedValue()
                return engine.watch(descriptor, interest) ? 0 : -1
            }, context)
        _ = causeway_multi_timer_callback(
            multi,
            { _, milliseconds, context in
                guard let context else { return -1 }
                Unmanaged<Engine>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
                return 0
            }, context)
    }

    /// Closes every connection. Nothing may be under way.
    func close() {
        if let timer { reactor.cancel(timer) }
        curl_multi_cleanup(multi)
        for descriptor in watchers.keys { reactor.unwatch(descriptor) }
        watchers = [:]
        if let share { curl_share_cleanup(share) }
    }
}

// MARK: Transfers

extension Engine {
    /// Makes a transfer of a request; or says why it cannot be sent.
    func prepare(_ request: HTTPClient.Request) -> Result<Transfer, HTTPClient.Failure> {
        guard active.count < configuration.transfersMax else {
            return .failure(.notSent(.busy, "too many requests at once"))
        }
        if let fault = request.fault { return .failure(.notSent(.invalidRequest, fault)) }
        guard
            let transfer = Transfer(
                request, headBytesMax: configuration.responseHeadBytesMax, kept: kept),
            transfer.configure(request, configuration)
        else { return .failure(.notSent(.other, "curl refuses the request's settings")) }
        if let share { _ = causeway_setopt_pointer(transfer.handle, CURLOPT_SHARE, share) }
        return .success(transfer)
    }

    /// Begins a transfer; the continuation is resumed once, whatever happens.
    func start(
        _ transfer: Transfer,
        _ continuation: CheckedContinuation<Result<HTTPClient.Response, HTTPClient.Failure>, Never>
    ) {
        transfer.continuation = continuation
        active[ObjectIdentifier(transfer)] = transfer
        guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
            return finish(transfer, .failure(.notSent(.other, "curl takes no more requests")))
        }
        setDeadlines(transfer)
        callIfDue()
    }

    private func setDeadlines(_ transfer: Transfer) {
        let timeouts = transfer.timeouts
        arm(transfer, after: timeouts.total) { _ in .timeout(.total) }
        arm(transfer, after: timeouts.connect) { transfer in
            if transfer.isSent { return nil }
            return .timeout(transfer.isResolved ? .connect : .resolve)
        }
        transfer.onSending = { [weak self, weak transfer] in
            guard let self, let transfer else { return }
            self.arm(transfer, after: timeouts.firstByte) { $0.hasAnswer ? nil : .timeout(.firstByte) }
        }
    }

    /// Ends the transfer after a time, if there is reason to then.
    private func arm(
        _ transfer: Transfer, after delay: Duration,
        _ reason: @escaping @Sendable (Transfer) -> HTTPClient.Failure.Kind?
    ) {
        let token = reactor.timer(after: delay) { [weak self, weak transfer] in
            guard let self, let transfer, let kind = reason(transfer) else { return }
            self.abort(transfer, kind)
        }
        transfer.timers.append(token)
    }

    /// Ends a transfer before its time. Harmless where it has ended.
    func abort(_ transfer: Transfer, _ kind: HTTPClient.Failure.Kind) {
        guard active[ObjectIdentifier(transfer)] != nil else { return }
        finish(transfer, .failure(transfer.failure(kind)))
        callIfDue()
    }

    private func finish(_ transfer: Transfer, _ result: Result<HTTPClient.Response, HTTPClient.Failure>) {
        active[ObjectIdentifier(transfer)] = nil
        for token in transfer.timers { reactor.cancel(token) }
        curl_multi_remove_handle(multi, transfer.handle)
        transfer.dispose()
        transfer.continuation?.resume(returning: result)
        transfer.continuation = nil
    }

    /// Begins again over a new connection, within the same time.
    private func restart(_ transfer: Transfer) -> Bool {
        curl_multi_remove_handle(multi, transfer.handle)
        return transfer.prepareFreshConnection() && curl_multi_add_handle(multi, transfer.handle) == CURLM_OK
    }

    private func takeFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = message.pointee.data.result
            var context: UnsafeMutableRawPointer?
            _ = causeway_getinfo_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            guard let transfer = Transfer.from(context) else { continue }
            if transfer.wantsFreshConnection, restart(transfer) { continue }
            if code == CURLE_OK, let (ends, socket) = transfer.connection { kept.note(ends, socket) }
            finish(transfer, transfer.result(code))
        }
    }
}

// MARK: Sockets and time

extension Engine {
    private func watch(_ descriptor: Int32, _ interest: Int32) -> Bool {
        var readiness: Readiness = []
        if interest == CURL_POLL_IN || interest == CURL_POLL_INOUT { readiness.insert(.readable) }
        if interest == CURL_POLL_OUT || interest == CURL_POLL_INOUT { readiness.insert(.writable) }
        if readiness.isEmpty {
            reactor.unwatch(descriptor)
            watchers[descriptor] = nil
            return true
        }
        if watchers[descriptor] != nil, (try? reactor.rewatch(descriptor, for: readiness, level: true)) != nil
        {
            return true
        }
        let watcher = SocketWatcher(self, descriptor)
        reactor.unwatch(descriptor)
        guard (try? reactor.watch(descriptor, for: readiness, level: true, watcher: watcher)) != nil else {
            return false
        }
        watchers[descriptor] = watcher
        return true
    }

    private func setTimer(_ milliseconds: Int) {
        if let timer { reactor.cancel(timer) }
        timer = nil
        isCallDue = milliseconds == 0
        guard milliseconds > 0 else { return }
        timer = reactor.timer(after: .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            self.timer = nil
            self.isCallDue = true
            self.callIfDue()
        }
    }

    /// Calls curl as often as it asks to be called at once, within bounds.
    private func callIfDue() {
        var running: Int32 = 0
        var calls = 0
        while isCallDue, calls < Self.callsInARowMax {
            isCallDue = false
            calls += 1
            curl_multi_socket_action(multi, -1, 0, &running)
            takeFinished()
        }
        if isCallDue { reactor.execute { [weak self] in self?.callIfDue() } }
    }

    fileprivate func ready(_ watcher: SocketWatcher, _ readiness: Readiness) {
        guard watchers[watcher.descriptor] === watcher else { return }
        var mask: Int32 = 0
        if readiness.overlaps(.readable) { mask |= CURL_CSELECT_IN }
        if readiness.overlaps(.writable) { mask |= CURL_CSELECT_OUT }
        if readiness.overlaps(.broken) { mask |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        curl_multi_socket_action(multi, watcher.descriptor, mask, &running)
        takeFinished()
        callIfDue()
    }
}

/// Remembers which socket an event is of.
private final class SocketWatcher: Watcher {
    private weak let engine: Engine?
    let descriptor: Int32

    init(_ engine: Engine, _ descriptor: Int32) {
        self.engine = engine
        self.descriptor = descriptor
    }

    func ready(_ readiness: Readiness) { engine?.ready(self, readiness) }
}
