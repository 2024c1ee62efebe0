internal import CLinux
internal import Glibc
internal import Reactor

/// A listening socket and how connections are taken from it.
final class Listener: Watcher, @unchecked Sendable {
    /// What the kernel keeps of each connection's answers; it doubles it for its own account. Left to itself it takes up to
    /// 4 MiB: a few hundred clients that ask and do not read would use up the TCP memory that all programs here share.
    private static let sendBufferBytes: Int32 = 128 * 1024

    /// Connections taken in one turn before the open ones have theirs.
    private static let acceptsPerTurnMax = 256

    let descriptor: Int32
    let port: UInt16
    /// Kept alive while it listens.
    private let server: Server
    /// Given up for a moment when the process has no descriptor left, to turn a client away instead of spinning.
    private var spare: Int32

    init(host: String, port: UInt16, server: Server) throws(SystemError) {
        self.server = server
        descriptor = try Self.listen(host: host, port: port)
        self.port = Self.port(of: descriptor)
        spare = Self.openSpare()
    }

    deinit {
        close(descriptor)
        if spare >= 0 { close(spare) }
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurnMax {
            guard acceptOne() else { return }
        }
        // Level-triggered: what is left is reported again after the others' turn.
    }

    /// Takes everything that the kernel has completed, before the listener closes.
    func acceptAll() {
        while acceptOne() {}
    }

    /// Returns whether there may be more.
    private func acceptOne() -> Bool {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = withUnsafeMutableBytes(of: &storage) { bytes in
            accept4(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length,
                Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
        }
        if accepted >= 0 {
            server.admit(accepted, PeerAddress(storage))
            return true
        }
        switch errno {
        case EAGAIN: return false
        case EMFILE, ENFILE: return turnAway()
        case ENOBUFS, ENOMEM:
            server.pauseListening()
            return false
        // accept(2): these belong to one connection that has failed meanwhile.
        default: return true
        }
    }

    private func turnAway() -> Bool {
        guard spare >= 0 else {
            spare = Self.openSpare()
            server.pauseListening()
            return false
        }
        close(spare)
        let accepted = accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        if accepted >= 0 { server.refuseAtOnce(accepted) }
        spare = Self.openSpare()
        return accepted >= 0
    }

    private static func openSpare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

    static func check(host: String, port: UInt16) throws(SystemError) {
        close(try listen(host: host, port: port, isShared: false))
    }

    private static func listen(
        host: String, port: UInt16, isShared: Bool = true
    ) throws(SystemError) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else {
            throw SystemError("getaddrinfo", code: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(list) }
        let family = first.pointee.ai_family
        let descriptor = socket(
            family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        do throws(SystemError) {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if isShared { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
            // Accepted sockets inherit both.
            try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            try set(descriptor, SOL_SOCKET, SO_SNDBUF, sendBufferBytes)
            if family == AF_INET6 { try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
            guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
                throw SystemError("bind")
            }
            guard CLinux.listen(descriptor, 4096) == 0 else { throw SystemError("listen") }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func set(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32
    ) throws(SystemError) {
        var value = value
        guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError("setsockopt")
        }
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutableBytes(of: &storage) { bytes in
            _ = getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return PeerAddress(storage).port
    }
}
