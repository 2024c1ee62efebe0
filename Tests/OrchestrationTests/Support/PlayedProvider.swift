import Foundation
import Glibc

/// A provider on a real socket of 127.0.0.1, a thread for each connection: it answers what a test tells it to.
final class PlayedProvider: Sendable {
    /// One request.
    struct Call: Sendable {
        let path: String
        /// Behind `Bearer`.
        let token: String?
        let body: String
        /// How many calls of this path came before.
        let number: Int
    }

    enum Reply: Sendable {
        case answer(Int, String)
        /// The connection is reset, as by a process that died.
        case reset
    }

    let url: String
    private let listener: Int32
    // Not Mutex: the thread sanitizer does not see the order that its futex keeps between threads of Foundation's.
    private let lock = NSLock()
    private nonisolated(unsafe) var log: [Call] = []

    /// Serves with `play` until the process ends.
    init(_ play: @escaping @Sendable (Call) -> Reply) throws {
        let (listener, port) = try WorkerTests.deafPort()
        self.listener = listener
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [self] in
            while true {
                let peer = accept(listener, nil, nil)
                if peer < 0 { return }
                Thread.detachNewThread { [self] in
                    while let request = Self.readRequest(peer), reply(to: note(request), play, peer) {}
                    close(peer)
                }
            }
        }
    }

    /// What was asked of a path so far, in order.
    func calls(_ path: String) -> [Call] { lock.withLock { log.filter { $0.path == path } } }

    private func note(_ request: String) -> Call {
        let path = String(request.split(separator: " ").dropFirst().first ?? "")
        let token = request.components(separatedBy: "\r\n").first { $0.hasPrefix("Authorization: Bearer ") }
        return lock.withLock {
            let call = Call(
                path: path, token: token.map { String($0.dropFirst(22)) },
                body: request.components(separatedBy: "\r\n\r\n").dropFirst().joined(),
                number: log.count { $0.path == path })
            log.append(call)
            return call
        }
    }

    private func reply(to call: Call, _ play: (Call) -> Reply, _ peer: Int32) -> Bool {
        guard case .answer(let status, let body) = play(call) else {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(peer, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return false
        }
        let answer = "HTTP/1.1 \(status) Played\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        return Array(answer.utf8).withUnsafeBytes {
            send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) == $0.count
        }
    }

    /// Reads a head and as much body as it announces; `nil` at the end of the connection.
    private static func readRequest(_ peer: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let field = text[..<end.lowerBound].components(separatedBy: "Content-Length: ").dropFirst()
                let length = field.first.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer.prefix(count)
        }
    }
}

/// Holds a provider's answer back until a test has seen what it wants to see.
final class Gate: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var isOpen = false

    func open() { lock.withLock { isOpen = true } }

    /// Blocks the thread of a played provider, for ten seconds at most.
    func wait() {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end, !lock.withLock({ isOpen }) { usleep(2000) }
    }
}
