internal import CLinux

/// What epoll said of a file descriptor.
public struct Readiness: OptionSet, Sendable {
    /// epoll's bits.
    public let rawValue: UInt32

    /// Wraps epoll's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read, or the other side has ended its half.
    public static let readable = Readiness(rawValue: EPOLLIN.rawValue | EPOLLRDHUP.rawValue)
    /// There is room to write.
    public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Both halves are gone, or the descriptor is in error. Always reported, whether asked for or not.
    public static let broken = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)

    /// Whether any of the other set's bits is here: a reader wants to know of a hang-up too.
    public func overlaps(_ other: Readiness) -> Bool { rawValue & other.rawValue != 0 }
}

/// Something that is told when its file descriptor is ready.
public protocol Watcher: AnyObject, Sendable {
    /// Called on the reactor's thread. May watch, rewatch and unwatch, its own descriptor included.
    func ready(_ readiness: Readiness)
}
