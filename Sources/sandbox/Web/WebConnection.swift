internal import Glibc

/// One client's connection: HTTP/1.1 with keep-alive and pipelining, blocking, on a thread of its own.
///
/// It is no server for the open net: chunked bodies are refused, limits are small and fixed.
struct WebConnection: ~Copyable {
    private let descriptor: Int32
    private let peer: String
    private var buffer: [UInt8] = []
    private static let headLimit = 16 * 1024
    private static let bodyLimit = 256 * 1024

    private struct Refused: Error {
        var status: Int
        var message: String
    }

    init(descriptor: Int32, peer: String) {
        self.descriptor = descriptor
        self.peer = peer
        buffer.reserveCapacity(4096)
    }

    deinit { close(descriptor) }

    consuming func serve(_ handler: @Sendable (WebRequest) -> WebAnswer) {
        while true {
            let request: WebRequest?
            do {
                request = try nextRequest()
            } catch {
                let answer = WebAnswer.json(error.status, ["error": .string(error.message)])
                _ = send(answer, keepsAlive: false)
                return
            }
            guard let request else { return }
            let answer = handler(request)
            Threads.sleep(milliseconds: answer.delayMs)
            let keepsAlive = WebText.lowercased((request.headers["connection"] ?? "").utf8) != "close"
            let isOpen = send(answer, keepsAlive: keepsAlive)
            if case .hangUp = answer.kind { shutdown(descriptor, Int32(SHUT_RDWR)) }
            answer.afterwards?()
            guard isOpen, keepsAlive else { return }
        }
    }

    /// Nil where the client closed, or broke, the connection.
    private mutating func nextRequest() throws(Refused) -> WebRequest? {
        var searched = 0
        while true {
            if let end = headEnd(from: max(0, searched - 3)) {
                return try request(headEnd: end)
            }
            searched = buffer.count
            guard buffer.count <= Self.headLimit else {
                throw Refused(status: 431, message: "head too large")
            }
            guard receive() else { return nil }
        }
    }

    private func headEnd(from start: Int) -> Int? {
        var index = start
        while index + 3 < buffer.count {
            if buffer[index] == 13, buffer[index + 1] == 10, buffer[index + 2] == 13, buffer[index + 3] == 10
            {
                return index
            }
            index += 1
        }
        return nil
    }

    private mutating func request(headEnd: Int) throws(Refused) -> WebRequest? {
        var request = try head(headEnd)
        guard request.headers["transfer-encoding"] == nil else {
            throw Refused(status: 411, message: "a Content-Length is needed")
        }
        guard let length = Int(request.headers["content-length"] ?? "0"), length >= 0 else {
            throw Refused(status: 400, message: "bad Content-Length")
        }
        guard length <= Self.bodyLimit else { throw Refused(status: 413, message: "body too large") }
        let start = headEnd + 4
        if buffer.count < start + length, request.headers["expect"] != nil {
            writeAll(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: descriptor)
        }
        while buffer.count < start + length {
            guard receive() else { return nil }
        }
        request.body = Array(buffer[start..<start + length])
        buffer.removeFirst(start + length)
        return request
    }

    private func head(_ end: Int) throws(Refused) -> WebRequest {
        var lines = buffer[..<end].split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }[...]
        let first = (lines.popFirst() ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
        guard first.count == 3, first[2].elementsEqual("HTTP/1.1".utf8), first[1].first == UInt8(ascii: "/")
        else {
            throw Refused(status: 400, message: "bad request line")
        }
        let target = first[1].split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        var request = WebRequest(
            method: String(decoding: first[0], as: UTF8.self),
            path: WebText.decoded(target[0], plusIsSpace: false))
        request.query = target.count > 1 ? WebText.query(target[1]) : [:]
        request.peer = peer
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw Refused(status: 400, message: "bad header line")
            }
            request.headers[WebText.lowercased(line[..<colon])] = WebText.trimmed(line[(colon + 1)...])
        }
        return request
    }

    private mutating func receive() -> Bool {
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { chunk in
                let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
                if count > 0 { buffer.append(contentsOf: chunk.prefix(count)) }
                return count
            }
            if count > 0 { return true }
            guard count < 0, errno == EINTR else { return false }
        }
    }

    /// One write for head and body. False where nothing more may follow.
    private func send(_ answer: WebAnswer, keepsAlive: Bool) -> Bool {
        guard case .respond(let status, let body) = answer.kind else { return false }
        var head = "HTTP/1.1 \(status) \(WebText.reason(status))\r\nContent-Type: \(answer.contentType)\r\n"
        if let header = answer.header { head += "\(header.name): \(header.value)\r\n" }
        head += "Content-Length: \(body.count)\r\n\(keepsAlive ? "" : "Connection: close\r\n")\r\n"
        let message = Array(head.utf8) + body
        var offset = 0
        while offset < message.count {
            let count = message.withUnsafeBytes { bytes in
                bytes.baseAddress.map {
                    Glibc.send(descriptor, $0 + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
                } ?? 0
            }
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
