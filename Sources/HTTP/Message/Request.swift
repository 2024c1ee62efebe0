/// A request that was received whole.
public struct Request: Sendable {
    /// The method.
    public let method: Method
    /// What the route's pattern took out of the path.
    public internal(set) var parameters = PathParameters()
    /// The content, without transfer coding.
    public let body: [UInt8]
    /// Where the connection comes from.
    public let peer: PeerAddress

    let head: RequestHead
    let number: RequestNumber

    init(head: RequestHead, body: [UInt8], peer: PeerAddress, number: RequestNumber) {
        self.head = head
        self.body = body
        self.peer = peer
        self.number = number
        method = Method(rawValue: head.string(head.facts.method))
    }

    /// Makes a request as if it had been received, for tests of handlers.
    ///
    /// - Parameter id: becomes X-Request-Id; without it the id is random.
    /// - Returns: nil where these parts make no well-formed request.
    public init?(
        method: Method, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peer: PeerAddress? = nil, id: String? = nil
    ) {
        var text = "\(method.rawValue) \(target) HTTP/1.1\r\n"
        if !headers.contains(where: { $0.name.lowercased() == "host" }) { text += "Host: localhost\r\n" }
        if let id { text += "X-Request-Id: \(id)\r\n" }
        for (name, value) in headers {
            // A line end in it would make two fields of one.
            guard !value.utf8.contains(ASCII.lineFeed), !name.utf8.contains(ASCII.lineFeed) else {
                return nil
            }
            text += "\(name): \(value)\r\n"
        }
        text += "\r\n"
        let bytes = Array(text.utf8)
        var parser = RequestParser()
        let step = bytes.withUnsafeBytes { parser.advance($0).step }
        let loopback = PeerAddress(high: 0, low: 0x7F00_0001, isVersion6: false, port: 0)
        guard case .request(let head, _) = step else { return nil }
        var generator = RequestNumber.Generator()
        self.init(head: head, body: body, peer: peer ?? loopback, number: generator.next())
    }

    /// What was asked for, in origin form (`/path?query`), as it was sent.
    public var target: String {
        guard head.facts.hasQuery else { return path }
        return "\(path)?\(head.string(head.facts.query))"
    }

    /// The target's path as it was sent, not decoded.
    public var path: String { head.facts.path.isEmpty ? "/" : head.string(head.facts.path) }

    /// The target's parameters, decoded. Each call reads them anew: keep the result.
    public var query: Query { head.withBytes(head.facts.query) { Query($0) } }

    /// The fields of the head.
    public var headers: Headers { Headers(head: head) }

    /// The host, and the port where there is one, that the client asked for; empty in an HTTP/1.0 request without Host.
    public var authority: String { head.string(head.facts.authority) }

    /// The body's declared type; nil where there is none or it is malformed.
    public var contentType: MediaType? { headers["content-type"].flatMap { MediaType($0) } }

    /// The request's id, which the answer carries as X-Request-Id: the client's own where it is 1 to 128 letters, digits,
    /// dots, dashes or underscores, else 32 random hexadecimal digits.
    public var id: String {
        let stretch = head.facts.identifier
        return stretch.isEmpty ? number.description : head.string(stretch)
    }
}
