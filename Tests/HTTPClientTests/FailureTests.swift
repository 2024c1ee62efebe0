import Foundation
import Glibc
import HTTPClient
import Testing

/// What goes wrong, and whether the request may have been read all the same.
@Suite struct FailureTests {
    private let client = HTTPClient.make()
    private let quick = HTTPClient.Timeouts(
        connect: .seconds(5), firstByte: .milliseconds(150), total: .seconds(9))

    private func post(_ url: String, body: Int = 10, timeouts: HTTPClient.Timeouts? = nil)
        -> HTTPClient.Request
    {
        HTTPClient.Request(
            method: "POST", url: url + "/pay?secret=1", body: [UInt8](repeating: 0x61, count: body),
            timeouts: timeouts ?? HTTPClient.Timeouts())
    }

    @Test("a refused connection: not sent")
    func refused() async throws {
        let failure = try await client.failure(post("http://127.0.0.1:\(try TestServer.closedPort())"))
        #expect(failure.kind == .connect)
        #expect(!failure.requestMayHaveBeenSent)
        #expect(!failure.message.contains("secret"))
    }

    @Test("a connection that ends at once: whatever is said, a request that was read may have been sent")
    func resetAtOnce() async throws {
        for _ in 0..<50 {
            let server = try TestServer { server, peer in
                var byte: UInt8 = 0
                if recv(peer.descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 1 {
                    server.record("read")
                }
                peer.reset()
            }
            let failure = try await client.failure(post(server.url))
            if !server.requests.isEmpty { #expect(failure.requestMayHaveBeenSent) }
        }
    }

    @Test("a name that cannot be: not sent")
    func unknownHost() async throws {
        // A label over 63 bytes: refused without asking any server.
        let failure = try await client.failure(post("http://\(String(repeating: "a", count: 64)).invalid"))
        #expect(failure.kind == .resolve)
        #expect(!failure.requestMayHaveBeenSent)
    }

    @Test("a host that does not answer: not sent, in time")
    func connectTimeout() async throws {
        // Linux drops what comes to a listener whose queue is full.
        let (listener, port) = try TestServer.listen(backlog: 0)
        defer { close(listener) }
        let fillers = (0..<4).map { _ in
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK, 0)
            var address = TestServer.loopback(port: port)
            withUnsafePointer(to: &address) {
                _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(filler, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return filler
        }
        defer { for filler in fillers { close(filler) } }
        let clock = ContinuousClock()
        let start = clock.now
        let timeouts = HTTPClient.Timeouts(
            connect: .milliseconds(200), firstByte: .seconds(9), total: .seconds(9))
        let failure = try await client.failure(post("http://127.0.0.1:\(port)", timeouts: timeouts))
        #expect(failure.kind == .timeout(.connect))
        #expect(!failure.requestMayHaveBeenSent)
        #expect((.milliseconds(195)...(.seconds(5))).contains(clock.now - start))
    }

    @Test(
        "a connection that ends before an answer: maybe sent, and once", arguments: [10, 3_000_000],
        [true, false])
    func reset(body: Int, readsAll: Bool) async throws {
        let server = try TestServer { _, peer in
            if readsAll { _ = peer.readRequest() } else { _ = peer.read() }
            peer.reset()
        }
        let failure = try await client.failure(post(server.url, body: body))
        #expect(failure.kind == .reset)
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.connectionCount == 1)
        #expect(!failure.message.contains("secret"))
    }

    @Test(
        "an answer that breaks off: maybe sent",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "HTTP/1.1 100 Continue\r\n\r\n",
        ])
    func partial(_ answer: String) async throws {
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.send(answer)
            peer.close()
        }
        let failure = try await client.failure(post(server.url))
        #expect(failure.requestMayHaveBeenSent)
        #expect([.reset, .malformed].contains(failure.kind))
        #expect(server.requests.count == 1)
    }

    @Test(
        "an answer that is not HTTP: maybe sent",
        arguments: [
            "garbage\r\n\r\n", "SSH-2.0-x\r\n", "\0\0\0\0\0\0\0\0\r\n\r\n", "<html></html>\n",
            "HTTP/9.9 200 OK\r\n\r\n",
            "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ])
    func garbled(_ answer: String) async throws {
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.send(answer)
            peer.close()
        }
        let failure = try await client.failure(post(server.url))
        #expect([.malformed, .reset].contains(failure.kind), "\(failure.kind)")
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.requests.count == 1)
    }

    @Test("a slow first byte: maybe sent, in time")
    func slowFirstByte() async throws {
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.waitForEnd()
            server.record("closed")
        }
        let clock = ContinuousClock()
        let start = clock.now
        let failure = try await client.failure(post(server.url, timeouts: quick))
        #expect(failure.kind == .timeout(.firstByte))
        #expect(failure.requestMayHaveBeenSent)
        #expect((.milliseconds(145)...(.seconds(5))).contains(clock.now - start))
        await eventually { server.requests.last == "closed" }
    }

    @Test("a slow body, or a head that trickles: maybe sent, in time")
    func slowBody() async throws {
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            peer.waitForEnd()
        }
        let timeouts = HTTPClient.Timeouts(firstByte: .milliseconds(100), total: .milliseconds(300))
        let failure = try await client.failure(post(server.url, timeouts: timeouts))
        #expect(failure.kind == .timeout(.total))
        #expect(failure.requestMayHaveBeenSent)
    }

    @Test("an answer that is too large: maybe sent")
    func tooLarge() async throws {
        let long = String(repeating: "x", count: 2000)
        let server = try TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(long)")
        var request = post(server.url)
        request.responseBytesMax = 1999
        let failure = try await client.failure(request)
        #expect(failure.kind == .tooLarge)
        #expect(failure.requestMayHaveBeenSent)
        request.responseBytesMax = 2000
        #expect(try await client.send(request).get().body.count == 2000)

        let endless = try TestServer { _, peer in
            _ = peer.readRequest()
            for _ in 0..<100 { peer.send("HTTP/1.1 103 Early Hints\r\nLink: \(long)\r\n\r\n") }
            peer.waitForEnd()
        }
        #expect(try await client.failure(post(endless.url)).kind == .tooLarge)
    }

    @Test(
        "a proxy that refuses: not sent",
        arguments: [
            "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 407 Who\r\n\r\n", "what?\r\n\r\n", "",
        ])
    func proxyRefuses(_ answer: String) async throws {
        let proxy = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.send(answer)
            peer.close()
        }
        var request = post("https://provider.example")
        request.proxy = proxy.url
        let failure = try await client.failure(request)
        #expect(!failure.requestMayHaveBeenSent)
        #expect([.connect, .malformed, .invalidRequest, .other].contains(failure.kind), "\(failure.kind)")
        #expect(proxy.requests.first?.hasPrefix("CONNECT provider.example:443 HTTP/1.1\r\n") == true)
        #expect(proxy.requests.first?.contains("secret") == false)
    }

    @Test("a proxy that is not there, or makes no sense: not sent, its password not told")
    func proxyAbsent() async throws {
        var request = post("http://127.0.0.1:1")
        request.proxy = "http://user:hush@127.0.0.1:\(try TestServer.closedPort())"
        let failure = try await client.failure(request)
        #expect(failure.kind == .connect)
        #expect(!failure.requestMayHaveBeenSent)
        for nonsense in [
            "what://user:hush@127.0.0.1:1", "http://user:hush@", "http://user:hush@127.0.0.1:99999",
        ] {
            request.proxy = nonsense
            let failure = try await client.failure(request)
            #expect(!failure.requestMayHaveBeenSent)
            #expect(!failure.message.contains("hush"), "\(failure.message)")
        }
    }

    @Test("past its bound the client is busy, and then not any more")
    func busy() async throws {
        let client = HTTPClient.make(HTTPClient.Configuration(transfersMax: 2))
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.waitForEnd()
        }
        let request = post(server.url)
        let first = Task { await client.send(request) }
        let second = Task { await client.send(request) }
        await eventually { server.requests.count == 2 }
        let failure = try await client.failure(request)
        #expect(failure.kind == .busy)
        #expect(!failure.requestMayHaveBeenSent)
        first.cancel()
        second.cancel()
        for task in [first, second] {
            guard case .failure(let failure) = await task.value else { continue }
            #expect(failure.kind == .cancelled)
            #expect(failure.requestMayHaveBeenSent)
        }
        let answering = try TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(try await client.send(.init(url: answering.url)).get().status == 200)
    }

    @Test("a task that is cancelled before it begins: not sent")
    func cancelledEarly() async throws {
        let server = try TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let (client, request) = (client, post(server.url))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await client.send(request)
        }
        task.cancel()
        guard case .failure(let failure) = await task.value else {
            Issue.record("sent")
            return
        }
        #expect(
            failure == HTTPClient.Failure(.cancelled, requestMayHaveBeenSent: false, message: failure.message)
        )
        #expect(server.connectionCount == 0)
    }
}
