/// A request method; the case of its letters matters (RFC 9110 section 9.1).
public struct Method: RawRepresentable, Sendable, Hashable {
    /// The method as it is sent.
    public let rawValue: String

    /// Takes any token.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `GET`
    public static let get = Method(rawValue: "GET")
    /// `POST`
    public static let post = Method(rawValue: "POST")
    /// `HEAD`
    public static let head = Method(rawValue: "HEAD")
    /// `PUT`
    public static let put = Method(rawValue: "PUT")
    /// `PATCH`
    public static let patch = Method(rawValue: "PATCH")
    /// `DELETE`
    public static let delete = Method(rawValue: "DELETE")
    /// `OPTIONS`
    public static let options = Method(rawValue: "OPTIONS")

    /// Methods whose meaning is known here even where no route has them: on a known path 405, any other 501
    /// (RFC 9110 section 15.6.2).
    var isRecognized: Bool {
        switch rawValue {
        case "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY": true
        default: false
        }
    }
}
