/// Why the server answers a request itself instead of the handler, or instead of what the handler made.
public struct Failure: Error, Sendable {
    /// The reasons, each a stable word for programs.
    public enum Code: String, Sendable, CaseIterable {
        /// 400: the message breaks the protocol, or its path cannot be decoded.
        case badRequest = "bad_request"
        /// 404: no route has this path.
        case notFound = "not_found"
        /// 405: the path is known, and its methods are in `Allow`.
        case methodNotAllowed = "method_not_allowed"
        /// 408: the head or the body came too slowly.
        case requestTimeout = "request_timeout"
        /// 413: the body is larger than the server takes.
        case contentTooLarge = "content_too_large"
        /// 414: the request line is longer than the server takes.
        case targetTooLong = "uri_too_long"
        /// 415: the body is in a coding or type that the server does not read.
        case unsupportedMediaType = "unsupported_media_type"
        /// 417: an expectation other than `100-continue`.
        case expectationFailed = "expectation_failed"
        /// 431: the head's fields are too many or too long.
        case fieldsTooLarge = "header_fields_too_large"
        /// 500: the handler's answer cannot be sent.
        case internalError = "internal_error"
        /// 501: a method or transfer coding that this server does not have.
        case notImplemented = "not_implemented"
        /// 503: too many connections; `Retry-After` says when to come back.
        case overloaded = "overloaded"
        /// 505: a protocol other than HTTP/1.
        case versionNotSupported = "http_version_not_supported"
    }

    /// The reason.
    public let code: Code
    /// The reason for people: a sentence without what the client sent.
    public let detail: String
    /// Fields that the answer must have, whatever the renderer makes: `Allow`, `Retry-After`.
    public var headers: [(name: String, value: String)]

    /// Makes a failure.
    public init(_ code: Code, _ detail: String, headers: [(name: String, value: String)] = []) {
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    /// The status of the answer.
    public var status: Int {
        switch code {
        case .badRequest: 400
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .contentTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .fieldsTooLarge: 431
        case .internalError: 500
        case .notImplemented: 501
        case .overloaded: 503
        case .versionNotSupported: 505
        }
    }
}
