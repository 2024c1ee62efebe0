import CLinux
import Glibc
import HTTP
import Reactor
import Testing

/// A blocking client that gives up after ten seconds.
final class TestClient: Sendable {
    let descriptor: Int32
    private let owner: (any AnyObject & Sendable)?

    /// - Parameter receiveBytes: the size of the socket's buffer, for a client that does not read.
    /// - Parameter owner: kept as long as the client.
    init(port: UInt16, receiveBytes: Int32? = nil, owner: (any AnyObject & Sendable)? = nil) throws {
        self.owner = owner
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, 4)
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let result = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        guard result == 0 else { throw SystemError("connect") }
    }

    deinit { close(descriptor) }

    /// Returns whether all of it was taken.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    enum Ending { case closed, reset, silent }

    /// Everything until the server ends, and how it did.
    func receiveAll() -> (text: String, ending: Ending) {
        var all: [UInt8] = []
        while true {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                all += buffer[..<count]
                continue
            }
            let ending: Ending = count == 0 ? .closed : (errno == ECONNRESET ? .reset : .silent)
            return (String(decoding: all, as: UTF8.self), ending)
        }
    }

    /// The next answer, of which exactly its bytes are read.
    func receive(isHead: Bool = false) throws -> Answer {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            var byte: UInt8 = 0
            try #require(recv(descriptor, &byte, 1, 0) == 1, "after \(String(decoding: head, as: UTF8.self))")
            head.append(byte)
        }
        var answer = try #require(Answer(head: String(decoding: head, as: UTF8.self)))
        if isHead { return answer }
        var body = [UInt8](repeating: 0, count: Int(answer.fields["content-length"] ?? "0") ?? 0)
        if !body.isEmpty {
            try #require(recv(descriptor, &body, body.count, Int32(MSG_WAITALL)) == body.count)
        }
        answer.body = String(decoding: body, as: UTF8.self)
        return answer
    }

    /// Whether the server has said anything that was not read yet.
    var hasAnswer: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 1
    }

    /// Sends a byte every few milliseconds until the server answers, for five seconds at most.
    func sendSteadily() -> Bool {
        let start = ContinuousClock().now
        while !hasAnswer {
            guard send("a"), ContinuousClock().now - start < .seconds(5) else { return false }
            usleep(5000)
        }
        return true
    }

    func exchange(_ text: String) throws -> Answer {
        send(text)
        return try receive()
    }
}

/// An answer as a client sees it.
struct Answer {
    var status: Int
    var fields: [String: String] = [:]
    var body = ""

    init?(head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 "),
            let status = Int(first.dropFirst(9).prefix(3))
        else { return nil }
        self.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
    }
}
