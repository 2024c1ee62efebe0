extension Server {
    /// What a server is told before it starts.
    public struct Configuration: Sendable {
        /// The address to listen on: an IPv4 or IPv6 address, or a name that resolves to one. `::` takes IPv4 too.
        public var host = "127.0.0.1"
        /// The port; 0 lets the system choose.
        public var port: UInt16 = 0
        /// The Server field of answers; nil for none.
        public var serverName: String?

        /// Bytes of the request line; more is 414.
        public var requestLineBytesMax = 8 * 1024
        /// Bytes of the whole head, at most 65,535; more is 431.
        public var headBytesMax = 16 * 1024
        /// Field lines of head and trailer; more is 431.
        public var fieldsMax = 100
        /// Bytes of a body without its framing; more is 413.
        public var bodyBytesMax = 64 * 1024
        /// Bytes of all chunk extensions of one body; more is 400.
        public var chunkExtensionBytesMax = 1024
        /// Bytes of a trailer; more is 431.
        public var trailerBytesMax = 4 * 1024

        /// From the first byte of a head to its last; then 408.
        public var headTimeout = Duration.seconds(10)
        /// How long a connection may be open without a request; then it is closed without a word.
        public var idleTimeout = Duration.seconds(60)
        /// What a body, or the reader of an answer, is given before the minimum rate counts.
        public var rateGrace = Duration.seconds(5)
        /// Bytes a second that a body must come at, or 408, and that an answer must be read at, or the connection is reset.
        /// At the default a body of 64 KiB takes 69 seconds at most.
        public var bytesPerSecondMin = 1024
        /// How long a connection lives after its last answer so that the client can read it.
        public var lingerTimeout = Duration.seconds(2)

        /// Connections open at once, over all servers that share a census; beyond it 503.
        public var connectionsMax = 16_384
        /// Of them from one IPv4 address or one IPv6 /64; beyond it 503.
        public var connectionsPerAddressMax = 512
        /// Whether that cap holds for this machine's own addresses: behind a reverse proxy they are everybody's.
        public var capsLoopback = false
        /// Seconds that a refused client is asked to wait, in Retry-After.
        public var retryAfterSeconds = 1

        /// The documented defaults.
        public init() {}

        var parserLimits: RequestParser.Limits {
            RequestParser.Limits(
                requestLineBytes: requestLineBytesMax, headBytes: headBytesMax, fieldCount: fieldsMax,
                bodyBytes: bodyBytesMax, extensionBytes: chunkExtensionBytesMax, trailerBytes: trailerBytesMax
            )
        }
    }
}

/// The configuration's times as the monotonic clock counts them.
struct Timing {
    let head: UInt64
    let idle: UInt64
    let grace: UInt64
    let linger: UInt64
    let sweep: UInt64
    private let bytesPerSecond: UInt64

    init(_ configuration: Server.Configuration) {
        head = configuration.headTimeout.wholeNanoseconds
        idle = configuration.idleTimeout.wholeNanoseconds
        grace = configuration.rateGrace.wholeNanoseconds
        linger = configuration.lingerTimeout.wholeNanoseconds
        bytesPerSecond = UInt64(max(configuration.bytesPerSecondMin, 1))
        // A deadline is met late by at most a sweep: a quarter of the shortest, from 5 ms to a second.
        let shortest = min(head, idle, grace, linger)
        sweep = min(max(shortest / 4, 5_000_000), 1_000_000_000)
    }

    /// When a transfer that began then and has moved so many bytes must have moved the next.
    func transferDeadline(start: UInt64, bytes: Int) -> UInt64 {
        start &+ grace &+ UInt64(bytes) &* 1_000_000_000 / bytesPerSecond
    }
}

extension Duration {
    /// Nanoseconds, no less than 0, no more than a year.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        return UInt64(min(seconds, 31_536_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
