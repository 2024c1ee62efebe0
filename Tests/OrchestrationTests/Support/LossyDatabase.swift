import Foundation
import Glibc

/// Stands between a pool and the server, and ends the connection instead of handing on one of the server's answers: what
/// was asked for is done, and nobody is told.
final class LossyDatabase: Sendable {
    let port: UInt16
    private let listener: Int32
    private let server: UInt16
    private let lock = NSLock()
    private nonisolated(unsafe) var answersLeft: Int?

    /// - Parameter server: its port, on 127.0.0.1.
    init(server: UInt16) throws {
        self.server = server
        (listener, port) = try WorkerTests.deafPort()
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                if client < 0 { return }
                let upstream = connectToServer()
                Thread.detachNewThread { [self] in pump(from: client, to: upstream, loses: false) }
                Thread.detachNewThread { [self] in pump(from: upstream, to: client, loses: true) }
            }
        }
    }

    /// Hands on so many answers more, and loses the one after them.
    func loseAnswer(after count: Int) { lock.withLock { answersLeft = count } }

    /// Whether it was lost.
    var hasLost: Bool { lock.withLock { answersLeft == nil } }

    private func isLost() -> Bool {
        lock.withLock {
            guard let left = answersLeft else { return false }
            answersLeft = left > 0 ? left - 1 : nil
            return left == 0
        }
    }

    private func connectToServer() -> Int32 {
        let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = server.bigEndian
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return upstream
    }

    /// Until either side ends; both ends are shut, so that the other direction ends too.
    private func pump(from source: Int32, to target: Int32, loses: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            if count <= 0 || loses && isLost() { break }
            guard send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }
}
