internal import Glibc

/// Where lines go.
public protocol LogSink: Sendable {
    /// Takes one line with its end. Called from any thread; does not block.
    func write(_ line: [UInt8])
}

/// File descriptor 2. A line is lost where its reader has stalled: a log must not hold payments up.
public struct StandardError: LogSink {
    /// Standard error.
    public init() {}

    /// One write, so that lines of several threads do not mix.
    public func write(_ line: [UInt8]) {
        var descriptor = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 0) == 1 else { return }
        _ = Glibc.write(2, line, line.count)
    }
}

/// Keeps nothing.
struct Nowhere: LogSink {
    func write(_ line: [UInt8]) {}
}
