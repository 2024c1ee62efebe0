extension HTTPClient {
    /// Bounds and defaults of one client.
    public struct Configuration: Sendable {
        /// Most requests at once; past it the answer is `busy`, at once. 1,024 unless told.
        public var transfersMax: Int
        /// Most connections kept open without a request on them. 64 unless told.
        public var idleConnectionsMax: Int
        /// Most bytes of an answer's head. 64 KiB unless told.
        public var responseHeadBytesMax: Int
        /// A PEM file with the authorities to trust instead of the system's.
        public var caFile: String?
        /// Sent as `User-Agent` where the request has none.
        public var userAgent: String

        /// A configuration, with defaults for all that is not told.
        public init(
            transfersMax: Int = 1024, idleConnectionsMax: Int = 64, responseHeadBytesMax: Int = 64 << 10,
            caFile: String? = nil, userAgent: String = "Causeway"
        ) {
            self.transfersMax = transfersMax
            self.idleConnectionsMax = idleConnectionsMax
            self.responseHeadBytesMax = responseHeadBytesMax
            self.caFile = caFile
            self.userAgent = userAgent
        }
    }

    /// How long each part of an exchange may take.
    public struct Timeouts: Sendable, Hashable {
        /// From the start until the request can be sent: name, connection, proxy, TLS.
        public var connect: Duration
        /// From then until the first line of the answer.
        public var firstByte: Duration
        /// From the start to the answer's end.
        public var total: Duration

        /// 5 s to connect, 20 s to the first byte and 30 s in all, unless told.
        public init(
            connect: Duration = .seconds(5), firstByte: Duration = .seconds(20),
            total: Duration = .seconds(30)
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.total = total
        }
    }
}
