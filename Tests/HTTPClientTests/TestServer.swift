import Foundation
import Glibc
import Synchronization

/// A raw TCP server on 127.0.0.1, a thread for each connection: it does exactly what a test tells it to.
final class TestServer: Sendable {
    let port: Int
    private let listener: Int32
    private let log = Mutex<[String]>([])
    private let connections = Mutex(0)

    /// Serves with `handler` until the process ends.
    init(_ handler: @escaping @Sendable (TestServer, Peer) -> Void) throws {
        (listener, port) = try Self.listen(backlog: 1024)
        Thread.detachNewThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 { return }
                connections.withLock { $0 += 1 }
                Thread.detachNewThread { handler(self, Peer(descriptor: descriptor)) }
            }
        }
    }

    /// Answers every request on a connection with the same bytes.
    static func answering(_ answer: String) throws -> TestServer {
        try TestServer { server, peer in
            while let request = peer.readRequest() {
                server.record(request)
                peer.send(answer)
            }
            peer.close()
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [String] { log.withLock { $0 } }
    var connectionCount: Int { connections.withLock { $0 } }

    func record(_ request: String) { log.withLock { $0.append(request) } }

    static func listen(backlog: Int32) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) | Glibc.listen(descriptor, backlog)
                    | getsockname(descriptor, pointer, &length)
            }
        }
        guard descriptor >= 0, code == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A port that nobody listens on.
    static func closedPort() throws -> Int {
        let (descriptor, port) = try listen(backlog: 1)
        close(descriptor)
        return port
    }
}

/// One connection, seen from the server.
struct Peer: Sendable {
    let descriptor: Int32

    /// Reads a head and as much body as it announces; nil at the end of the connection.
    func readRequest() -> String? {
        var bytes: [UInt8] = []
        var length: Int?
        while true {
            if length == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.upperBound], as: UTF8.self).lowercased()
                let field = head.components(separatedBy: "content-length: ").dropFirst().first
                length = end.upperBound + (field.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0)
            }
            if let length, bytes.count >= length { return String(decoding: bytes, as: UTF8.self) }
            guard let more = read() else { return nil }
            bytes += more
        }
    }

    /// What has come, nil at the end.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Holds the connection, reading what comes, until the client closes it.
    func waitForEnd() {
        while read() != nil {}
        close()
    }
}
