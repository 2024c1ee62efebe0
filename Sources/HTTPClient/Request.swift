extension HTTPClient {
    /// A request to send.
    public struct Request: Sendable {
        /// `GET`, `POST` …, as it is sent.
        public var method: String
        /// Absolute, `http` or `https`, without credentials; its path and query are sent as they are.
        public var url: String
        /// Sent as they are. `Content-Length`, `Transfer-Encoding`, `Connection` and `Expect` are the
        /// client's own business and refused.
        public var headers: [(name: String, value: String)]
        /// The body; with `GET` and `HEAD` it must be empty.
        public var body: [UInt8]
        /// How long each part may take.
        public var timeouts: Timeouts
        /// Most bytes of the answer's body. 1 MiB unless told.
        public var responseBytesMax: Int
        /// A proxy's URL; none unless told, whatever the environment says.
        public var proxy: String?
        /// A PEM file with the authorities to trust, instead of the client's.
        public var caFile: String?
        /// Never sent a second time, whatever happens: for what must not be done twice. Only a connection that was
        /// in use a moment ago is used for it: one that has rested the other side may be closing just now, and then
        /// nobody could tell whether it had read the request. True unless told, but for `GET`, `HEAD` and
        /// `OPTIONS`.
        ///
        /// A request without this mark is sent again over a new connection where an old one ends before the first
        /// byte of an answer.
        public var once: Bool

        /// A request, with defaults for all that is not told.
        public init(
            method: String = "GET", url: String, headers: [(name: String, value: String)] = [],
            body: [UInt8] = [],
            timeouts: Timeouts = Timeouts(), responseBytesMax: Int = 1 << 20, proxy: String? = nil,
            caFile: String? = nil, once: Bool? = nil
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeouts = timeouts
            self.responseBytesMax = responseBytesMax
            self.proxy = proxy
            self.caFile = caFile
            self.once = once ?? !["GET", "HEAD", "OPTIONS"].contains(method)
        }
    }
}

extension HTTPClient.Request {
    private static let reserved = ["content-length", "transfer-encoding", "connection", "expect"]

    /// Why this cannot be sent; nil where it can.
    var fault: String? {
        if method.isEmpty || !method.utf8.allSatisfy(Self.isToken) { return "the method is malformed" }
        if !body.isEmpty, method == "GET" || method == "HEAD" { return "\(method) has no body" }
        if let fault = urlFault { return fault }
        for (name, value) in headers {
            if name.isEmpty || !name.utf8.allSatisfy(Self.isToken) { return "a header's name is malformed" }
            if Self.reserved.contains(name.lowercased()) { return "the header \(name) is the client's own" }
            if value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                return "the header \(name) has a control character"
            }
        }
        for text in [proxy, caFile] where text?.utf8.contains(0) ?? false { return "a setting has a NUL" }
        return nil
    }

    private var urlFault: String? {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "the URL is not plain ASCII" }
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else {
            return "the URL is neither http nor https"
        }
        let authority = url.utf8.dropFirst(scheme.utf8.count).prefix {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
        if authority.isEmpty { return "the URL has no host" }
        return authority.contains(UInt8(ascii: "@")) ? "the URL has credentials in it" : nil
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
