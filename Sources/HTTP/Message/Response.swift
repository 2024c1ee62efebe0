/// An answer. The server adds Date, Content-Length, Connection and X-Request-Id; fields of these names are ignored here,
/// and Transfer-Encoding too.
public struct Response: Sendable {
    /// 200 to 599; anything else is sent as a 500.
    public var status: Int
    /// The Content-Type; nil for none.
    public var contentType: String?
    /// Further fields. A name that is no token, or a value with a control character, makes the answer a 500: nothing of
    /// it is sent.
    public var headers: [(name: String, value: String)]
    /// The content; not sent where the status (204, 304) or the method (HEAD) forbids it.
    public var body: [UInt8]
    /// Closes the connection after this answer.
    public var closes: Bool

    /// An answer without a type.
    public init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], closes: Bool = false
    ) {
        self.status = status
        self.contentType = nil
        self.headers = headers
        self.body = body
        self.closes = closes
    }

    /// An answer with content.
    public init(
        status: Int, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
        self.closes = false
    }
}
