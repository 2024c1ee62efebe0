import CCurl
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

    @Test("with the mark, once: over a connection of its own")
    func once() async throws {
        let server = try treacherous()
        _ = try await client.send(.init(url: server.url + "/first")).get()
        let request = HTTPClient.Request(
            method: "POST", url: server.url + "/pay", body: [0x61],
            timeouts: .init(firstByte: .milliseconds(300)))
        let failure = try await client.failure(request)
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 1)
        #expect(server.connectionCount == 2)
    }

    @Test("with the mark, once: even over a connection that was open, it stops before the second time")
    func guarded() async throws {
        let server = try treacherous()
        let reactor = Shared.reactor
        let outcome = await reactor.spawn {
            let engine = Engine(reactor: reactor, configuration: HTTPClient.Configuration())
            let first = await Self.run(engine, .init(url: server.url + "/first"), reusing: true)
            let second = await Self.run(
                engine, .init(method: "POST", url: server.url + "/pay", body: [0x61]), reusing: true)
            engine.close()
            return (first, second)
        }.value
        #expect(try outcome.0.get().status == 200)
        guard case .failure(let failure) = outcome.1 else {
            Issue.record("answered")
            return
        }
        #expect(failure.kind == .reset)
        #expect(failure.requestMayHaveBeenSent)
        #expect(server.requests.filter { $0.hasPrefix("POST") }.count == 1)
    }

    /// Runs a request with the connection's freshness undone: only the second guard is left.
    private static func run(
        _ engine: Engine, _ request: HTTPClient.Request, reusing: Bool
    ) async -> Result<HTTPClient.Response, HTTPClient.Failure> {
        switch engine.prepare(request) {
        case .failure(let failure): return .failure(failure)
        case .success(let transfer):
            _ = causeway_setopt_long(transfer.handle, CURLOPT_FRESH_CONNECT, reusing ? 0 : 1)
            return await withCheckedContinuation { engine.start(transfer, $0) }
        }
    }
}
