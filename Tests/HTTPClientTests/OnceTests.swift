import CCurl
import Foundation
import Glibc
import Reactor
import Testing

@testable import HTTPClient

/// Curl sends a request again where a connection from before ends without an answer. What is marked `once`
/// must not be.
@Suite struct OnceTests {
    private let client = HTTPClient.make()

    /// Answers the first request on each connection, reads the second, and closes without an answer.
    private func treacherous() throws -> TestServer {
        try TestServer { server, peer in
            if let request = peer.readRequest() {
                server.record(request)
                if request.hasPrefix("GET /first") {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                }
            }
            if let request = peer.readRequest() { server.record(request) }
            peer.close()
        }
    }

    @Test("the danger is real: without the mark the server reads it twice")
    func danger() async throws {
        let server = try treacherous()
        _ = try await client.send(.init(url: server.url + "/first")).get()
        let request = HTTPClient.Request(
            method: "POST", url: server.url + "/pay", body: [0x61],
            timeouts: .init(firstByte: .milliseconds(300)), once: false)
        let failure = try await client.failure(request)
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 2)
    }

    @Test("with the mark, once: though the connection of a moment before ends without an answer")
    func once() async throws {
        let server = try treacherous()
        _ = try await client.send(.init(url: server.url + "/first")).get()
        let failure = try await client.failure(Self.payment(server))
        #expect(failure.kind == .reset)
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 1)
    }

    private static func payment(_ server: TestServer, _ body: String = "a") -> HTTPClient.Request {
        HTTPClient.Request(
            method: "POST", url: server.url + "/pay", body: Array(body.utf8),
            timeouts: .init(firstByte: .milliseconds(300)))
    }

    @Test("one after the other they share a connection, and after a rest they do not")
    func rest() async throws {
        let server = try TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        for _ in 0..<5 { _ = try await client.send(Self.payment(server)).get() }
        #expect(server.connectionCount == 1)
        // The client counts whole seconds, and counts on the server's closing nothing before five.
        try await Task.sleep(for: .milliseconds(3_200))
        _ = try await client.send(Self.payment(server)).get()
        #expect(server.connectionCount == 2)
        #expect(server.requests.count == 6)
    }

    @Test("a connection that the server has closed meanwhile is not used: sent once, and answered")
    func closed() async throws {
        let server = try TestServer { server, peer in
            if let request = peer.readRequest() { server.record(request) }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            peer.close()
            server.record("closed")
        }
        for number in 1...20 {
            _ = try await client.send(Self.payment(server, "\(number)")).get()
            await eventually { server.requests.filter { $0 == "closed" }.count == number }
        }
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 20)
    }

    @Test(
        "an answer that nobody asked for is nobody's: it is not taken for the next request's",
        arguments: [true, false])
    func unasked(comesAtOnce: Bool) async throws {
        let server = try TestServer { server, peer in
            var count = 0
            while let request = peer.readRequest() {
                count += 1
                server.record(request)
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"
                let unasked = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"
                if comesAtOnce {
                    peer.send(answer + unasked)
                } else {
                    peer.send(answer)
                    usleep(20_000)
                    peer.send(unasked)
                }
                server.record("unasked")
            }
            peer.close()
        }
        for number in 1...3 {
            let answer = try await client.send(Self.payment(server, "\(number)")).get()
            #expect(String(decoding: answer.body, as: UTF8.self) == "right")
            await eventually { server.requests.filter { $0 == "unasked" }.count == number }
        }
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 3)
    }

    @Test("a connection is not judged by the socket of another one that happens to have its local port")
    func samePort() throws {
        var pair: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        defer { pair.forEach { close($0) } }
        let first = KeptSockets.Ends(host: "192.0.2.1", port: 443, localPort: 50_000)
        let second = KeptSockets.Ends(host: "192.0.2.2", port: 443, localPort: 50_000)
        let kept = KeptSockets()
        kept.note(first, pair[0])
        #expect(!kept.hasUnaskedInput(on: first))
        kept.note(second, pair[1])
        #expect(!kept.hasUnaskedInput(on: second))
        #expect(kept.hasUnaskedInput(on: first))
        #expect(write(pair[0], "x", 1) == 1)
        #expect(kept.hasUnaskedInput(on: second))
    }
}
