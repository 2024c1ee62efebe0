/// One request as the desks see it.
struct WebRequest: Sendable {
    var method: String
    var path: String
    var query: [String: String] = [:]
    /// Names in lower case; of a repeated header the last one counts.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var peer = ""
}

/// What to do with the connection.
struct WebAnswer: Sendable {
    enum Kind: Sendable {
        case respond(status: Int, body: [UInt8])
        /// Closes the connection without a byte: the caller cannot know whether the work was done.
        case hangUp
    }

    var kind: Kind
    var contentType = "application/json; charset=utf-8"
    /// A header of its own beside the usual ones, such as `Retry-After`.
    var header: (name: String, value: String)?
    var delayMs: Int64 = 0
    /// Runs on the connection's thread once the answer is written (or withheld).
    var afterwards: (@Sendable () -> Void)?

    static let hangUp = WebAnswer(kind: .hangUp)

    static func json(_ status: Int = 200, _ body: JSONObject) -> WebAnswer {
        WebAnswer(kind: .respond(status: status, body: JSONWriter.bytes(body)))
    }

    /// The HTTP status and body for the records; 0 and nothing where the connection is closed instead.
    var shown: (status: Int, body: [UInt8]) {
        switch kind {
        case .respond(let status, let body): (status, body)
        case .hangUp: (0, [])
        }
    }

    /// The same answer cut in the middle of its document, in an intact HTTP message.
    var garbled: WebAnswer {
        var answer = self
        if case .respond(_, let body) = kind {
            answer.kind = .respond(status: 200, body: Array(body.prefix(body.count / 2)))
        }
        return answer
    }
}
