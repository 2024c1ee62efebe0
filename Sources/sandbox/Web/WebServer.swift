internal import Glibc

/// Listens, and gives each connection a thread.
struct WebServer: Sendable {
    struct Failure: Error {
        var message: String
    }

    private let descriptor: Int32
    /// The port it really listens on, which differs from the one asked for where that was 0.
    let port: Int

    init(host: String, port: Int) throws(Failure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let address = found else {
            throw Failure(message: "cannot resolve \(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("socket") }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
            listen(descriptor, 1024) == 0
        else {
            let failure = Self.failure("listen on \(host):\(port)")
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor)
    }

    /// Accepts for ever.
    func run(_ handler: @escaping @Sendable (WebRequest) -> WebAnswer) {
        while true {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else {
                // Out of descriptors, or a client that left already: neither ends the program.
                if errno == EMFILE || errno == ENFILE { Threads.sleep(milliseconds: 10) }
                continue
            }
            var on: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let started = Threads.start {
                WebConnection(descriptor: client, peer: Self.peer(of: client)).serve(handler)
            }
            if !started { close(client) }
        }
    }

    private static func failure(_ what: String) -> Failure {
        Failure(message: "\(what): \(String(cString: strerror(errno)))")
    }

    private static func boundPort(_ descriptor: Int32) -> Int {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return withUnsafeBytes(of: &address) { bytes in
            // The port stands at the same place in sockaddr_in and sockaddr_in6, in network order.
            Int(bytes[2]) << 8 | Int(bytes[3])
        }
    }

    private static func peer(of descriptor: Int32) -> String {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: 64)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getpeername(descriptor, $0, &length)
                getnameinfo($0, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
