internal import CCurl
internal import Reactor

/// One exchange: curl's handle with all that curl points to, and what came back. Touched on the reactor's
/// thread only.
final class Transfer: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer
    let timeouts: HTTPClient.Timeouts
    private let isOnce: Bool
    private let kept: KeptSockets
    private let bodyBytesMax: Int
    private let headBytesMax: Int
    /// Curl reads both where they lie until the exchange ends.
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let body: UnsafeMutableBufferPointer<UInt8>
    private let errorText: UnsafeMutableBufferPointer<CChar>

    var continuation: CheckedContinuation<Result<HTTPClient.Response, HTTPClient.Failure>, Never>?
    var timers: [TimerToken] = []
    /// Whether curl has been about to write the request: from here on, bytes may have left.
    private(set) var isSent = false
    private(set) var hasAnswer = false
    /// The connection of before is not to be trusted, which showed before anything was sent over it.
    private(set) var wantsFreshConnection = false
    /// Why the callbacks ended the exchange, where they did.
    private(set) var verdict: HTTPClient.Failure.Kind?
    private var head = ResponseHead()
    private var headBytes = 0
    private var isDisposed = false
    private var content: [UInt8] = []
    /// Called when the request is about to be written.
    var onSending: (() -> Void)?

    init?(_ request: HTTPClient.Request, headBytesMax: Int, kept: KeptSockets) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.kept = kept
        self.headBytesMax = headBytesMax
        timeouts = request.timeouts
        isOnce = request.once
        bodyBytesMax = request.responseBytesMax
        body = .allocate(capacity: max(request.body.count, 1))
        _ = body.initialize(from: request.body)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0)
    }

    deinit {
        dispose()
        curl_slist_free_all(headerList)
        body.deallocate()
        errorText.deallocate()
    }

    /// Frees curl's handle, which shares TLS sessions with the others and so must go on the reactor's thread,
    /// whoever holds this object last.
    func dispose() {
        if !isDisposed { curl_easy_cleanup(handle) }
        isDisposed = true
    }

    /// What curl is given to find this object by; the engine keeps it alive meanwhile.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

// MARK: Setting up

extension Transfer {
    /// Tells curl everything; false where it runs out of memory or knows an option not.
    func configure(_ request: HTTPClient.Request, _ configuration: HTTPClient.Configuration) -> Bool {
        setBehaviour() && setTarget(request, configuration) && setMethod(request)
            && setHeaders(request, configuration) && setCallbacks()
    }

    /// How long a connection may have rested for what is sent once: servers close what rests, most after five seconds at the
    /// earliest, and nobody could tell then whether one had read the request.
    private static let idleSecondsMax = 2

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        causeway_setopt_long(handle, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) -> Bool {
        causeway_setopt_string(handle, option, value) == CURLE_OK
    }

    private func setBehaviour() -> Bool {
        // Gives up a name's lookup at once, instead of blocking the reactor until its thread ends. Curl
        // before 7.87 has no such option.
        _ = set(CURLOPT_QUICK_EXIT, 1)
        return set(CURLOPT_NOSIGNAL, 1)
            && set(CURLOPT_PROTOCOLS_STR, "http,https")
            && set(CURLOPT_FOLLOWLOCATION, 0)
            && set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
            && set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            && set(CURLOPT_HTTP09_ALLOWED, 0)
            && set(CURLOPT_PATH_AS_IS, 1)
            && set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            && set(CURLOPT_SSL_VERIFYPEER, 1)
            && set(CURLOPT_SSL_VERIFYHOST, 2)
            && set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    }

    private func setTarget(_ request: HTTPClient.Request, _ configuration: HTTPClient.Configuration) -> Bool {
        let connect = max(1, request.timeouts.connect.milliseconds)
        // An empty proxy, and an empty list of exceptions, keep curl from reading the environment.
        var isSet =
            set(CURLOPT_URL, request.url) && set(CURLOPT_PROXY, request.proxy ?? "")
            && set(CURLOPT_NOPROXY, "")
            && set(CURLOPT_CONNECTTIMEOUT_MS, connect)
        if let file = request.caFile ?? configuration.caFile { isSet = isSet && set(CURLOPT_CAINFO, file) }
        if request.once { isSet = isSet && set(CURLOPT_MAXAGE_CONN, Self.idleSecondsMax) }
        return isSet
    }

    private func setMethod(_ request: HTTPClient.Request) -> Bool {
        switch request.method {
        case "GET": return set(CURLOPT_HTTPGET, 1)
        case "HEAD": return set(CURLOPT_NOBODY, 1)
        default:
            return set(CURLOPT_POST, 1) && set(CURLOPT_CUSTOMREQUEST, request.method)
                && causeway_setopt_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
                    == CURLE_OK
                && causeway_setopt_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress) == CURLE_OK
        }
    }

    private func setHeaders(_ request: HTTPClient.Request, _ configuration: HTTPClient.Configuration) -> Bool
    {
        // A name with a colon and nothing after it keeps curl from sending its own; an empty value is spelled
        // `;`.
        var lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if !request.has("content-type") { lines.append("Content-Type:") }
        if !request.has("user-agent") { lines.append("User-Agent: \(configuration.userAgent)") }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else { return false }
            headerList = longer
        }
        return causeway_setopt_list(handle, CURLOPT_HTTPHEADER, headerList) == CURLE_OK
    }

    private func setCallbacks() -> Bool {
        let pointers: [(CURLoption, UnsafeMutableRawPointer?)] = [
            (CURLOPT_PRIVATE, context), (CURLOPT_WRITEDATA, context), (CURLOPT_HEADERDATA, context),
            (CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorText.baseAddress)),
        ]
        return pointers.allSatisfy { causeway_setopt_pointer(handle, $0, $1) == CURLE_OK }
            && causeway_setopt_data_callback(handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
                Transfer.from(context)?.receive(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
            } == CURLE_OK
            && causeway_setopt_data_callback(handle, CURLOPT_HEADERFUNCTION) { data, size, count, context in
                Transfer.from(context)?.receiveHead(UnsafeRawBufferPointer(start: data, count: size * count))
                    ?? 0
            } == CURLE_OK
            && causeway_setopt_prerequest(
                handle,
                { context, host, _, port, localPort in
                    let ends = KeptSockets.Ends(
                        host: host.map { String(cString: $0) } ?? "", port: port, localPort: localPort)
                    let mayGoOn = Transfer.from(context)?.beginSending(over: ends) ?? false
                    return mayGoOn ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
                }, context) == CURLE_OK
    }
}

// MARK: What curl reports

extension Transfer {
    /// Curl is connected, through proxy and TLS, and is about to write the request. When a connection from
    /// before turns out to be dead, it comes here again to write it a second time: what is meant once stops
    /// here.
    private func beginSending(over ends: KeptSockets.Ends) -> Bool {
        if isSent, isOnce { return false }
        if !isSent, isReused, kept.hasUnaskedInput(on: ends) {
            wantsFreshConnection = true
            return false
        }
        isSent = true
        onSending?()
        return true
    }

    /// Whether the connection has served another request before.
    private var isReused: Bool {
        var count = 1
        _ = causeway_getinfo_long(handle, CURLINFO_NUM_CONNECTS, &count)
        return count == 0
    }

    /// What it went over: known once it is over.
    var connection: (ends: KeptSockets.Ends, socket: curl_socket_t)? {
        var (port, localPort, socket) = (0, 0, curl_socket_t(-1))
        var host: UnsafeMutableRawPointer?
        guard causeway_getinfo_pointer(handle, CURLINFO_PRIMARY_IP, &host) == CURLE_OK, let host,
            causeway_getinfo_long(handle, CURLINFO_PRIMARY_PORT, &port) == CURLE_OK,
            causeway_getinfo_long(handle, CURLINFO_LOCAL_PORT, &localPort) == CURLE_OK,
            causeway_getinfo_socket(handle, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK, socket >= 0
        else { return nil }
        let name = String(cString: host.assumingMemoryBound(to: CChar.self))
        return (
            KeptSockets.Ends(host: name, port: Int32(port), localPort: Int32(localPort)), socket
        )
    }

    /// Makes ready to begin again over a new connection; nothing was sent.
    func prepareFreshConnection() -> Bool {
        wantsFreshConnection = false
        return set(CURLOPT_FRESH_CONNECT, 1)
    }

    /// The bytes taken: all, or none to end the exchange.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard content.count + bytes.count <= bodyBytesMax else {
            verdict = .tooLarge
            return 0
        }
        content.append(contentsOf: bytes)
        return bytes.count
    }

    private func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
        hasAnswer = true
        headBytes += line.count
        guard headBytes <= headBytesMax else {
            verdict = .tooLarge
            return 0
        }
        // What comes after the body is trailers, which nobody asked for.
        if content.isEmpty { head.add(line) }
        return line.count
    }

    /// What it came to, after curl has said that it is over.
    func result(_ code: CURLcode) -> Result<HTTPClient.Response, HTTPClient.Failure> {
        if let verdict { return .failure(failure(verdict)) }
        guard code == CURLE_OK else {
            let kind = HTTPClient.Failure.Kind(code, resolved: isResolved, sent: isSent)
            return .failure(failure(kind, curlSays: String(cString: curl_easy_strerror(code))))
        }
        guard head.isComplete else { return .failure(failure(.reset)) }
        guard (200...999).contains(head.status), !head.isAmbiguous else {
            return .failure(failure(.malformed))
        }
        return .success(
            HTTPClient.Response(status: head.status, headers: head.fields, body: content, timings: timings()))
    }

    /// A failure with curl's own words. Its detailed ones only from before the request: they name hosts and
    /// certificates; later ones may quote what came back.
    func failure(_ kind: HTTPClient.Failure.Kind, curlSays: String? = nil) -> HTTPClient.Failure {
        let detail = errorText.baseAddress.map { String(cString: $0) } ?? ""
        // Of a proxy that curl does not understand it quotes the whole URL, password and all.
        let isFit = !isSent && !detail.isEmpty && !detail.contains("proxy s")
        let words = isFit ? detail : curlSays
        return HTTPClient.Failure(kind, requestMayHaveBeenSent: isSent, message: words ?? kind.words)
    }

    /// Whether the name was looked up.
    var isResolved: Bool { microseconds(CURLINFO_NAMELOOKUP_TIME_T) > 0 }

    private func timings() -> HTTPClient.Timings {
        var timings = HTTPClient.Timings()
        timings.connect = max(microseconds(CURLINFO_CONNECT_TIME_T), microseconds(CURLINFO_APPCONNECT_TIME_T))
        timings.firstByte = microseconds(CURLINFO_STARTTRANSFER_TIME_T)
        timings.total = microseconds(CURLINFO_TOTAL_TIME_T)
        return timings
    }

    private func microseconds(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        _ = causeway_getinfo_large(handle, info, &value)
        return Int64(value)
    }
}

extension HTTPClient.Request {
    fileprivate func has(_ name: String) -> Bool { headers.contains { $0.name.lowercased() == name } }
}

extension HTTPClient.Failure.Kind {
    /// For people, where curl has nothing to say.
    fileprivate var words: String {
        switch self {
        case .timeout(let stage): "no answer in time (\(stage.rawValue))"
        case .tooLarge: "the answer is too large"
        case .malformed: "the answer is not HTTP"
        case .cancelled: "the caller gave up"
        case .reset: "the connection ended before the answer"
        default: "the exchange failed"
        }
    }
}

extension Duration {
    /// Whole milliseconds, within what curl takes.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(min(max(seconds, 0), 1_000_000)) * 1000 + Int(max(attoseconds, 0) / 1_000_000_000_000_000)
    }
}
