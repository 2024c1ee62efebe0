internal import Glibc

/// A system call that failed, with `errno` as it was right after the call.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call that failed, as its manual page names it.
    public let call: StaticString
    /// The value of `errno`.
    public let code: Int32

    /// Captures `errno`: to be made in the statement after the call that failed.
    public init(_ call: StaticString) {
        self.init(call, code: errno)
    }

    /// For calls that return their error instead of setting `errno`.
    public init(_ call: StaticString, code: Int32) {
        self.call = call
        self.code = code
    }

    /// For people: the call and the system's own words.
    public var description: String {
        "\(call): \(String(cString: strerror(code)))"
    }

    /// Two errors are equal when the code is: the call is only for people.
    public static func == (left: SystemError, right: SystemError) -> Bool {
        left.code == right.code
    }
}
