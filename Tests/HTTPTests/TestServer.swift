import HTTP
import Reactor
import Synchronization
import Testing

/// A server on a reactor of its own, with routes that tests need.
final class TestServer: Sendable {
    let reactor: Reactor
    let server: Server
    let gate = Gate()

    /// The port it listens on.
    var port: UInt16 { server.port }

    init(_ change: (inout Server.Configuration) -> Void = { _ in }) throws {
        reactor = try Reactor(name: "test-http")
        try reactor.start()
        var configuration = Server.Configuration()
        change(&configuration)
        server = Server(reactor: reactor, router: Self.routes(gate), configuration: configuration)
        try server.start()
    }

    deinit {
        let (server, reactor, gate) = (server, reactor, gate)
        Task {
            await server.drain(within: .zero)
            gate.open()
            reactor.stop()
        }
    }

    func connect(receiveBytes: Int32? = nil) throws -> TestClient {
        try TestClient(port: port, receiveBytes: receiveBytes, owner: self)
    }

    private static func routes(_ gate: Gate) -> Router {
        var router = Router()
        router.on(.get, "/live", .immediate { _ in text("live") })
        router.on(.get, "/later", .async { _ in text("later") })
        router.on(
            .get, "/gate",
            .async { _ in
                await gate.wait()
                return text("through")
            })
        router.on(.get, "/large", .immediate { _ in text(String(repeating: "x", count: 1 << 20)) })
        router.on(.post, "/echo", .async { text(String(decoding: $0.body, as: UTF8.self)) })
        router.on(.post, "/now", .immediate { text(String(decoding: $0.body, as: UTF8.self)) })
        router.on(.get, "/peer", .immediate { text("\($0.peer.text) \($0.authority)") })
        router.on(.get, "/id", .immediate { text($0.id) })
        router.on(.get, "/thing/{name}", .async { text($0.parameters["name"] ?? "none") })
        router.on(.get, "/bye", .immediate { _ in Response(status: 200, closes: true) })
        router.on(.get, "/empty", .immediate { _ in Response(status: 204, body: [1, 2, 3]) })
        router.on(.get, "/same", .immediate { _ in Response(status: 304, body: [1, 2, 3]) })
        router.on(
            .get, "/inject",
            .immediate { _ in Response(status: 200, headers: [("X-A", "b\r\nX-C: d")], body: [1]) })
        router.on(
            .get, "/name",
            .immediate { _ in Response(status: 200, headers: [("X A", "b")], body: [1]) })
        router.on(
            .get, "/own",
            .immediate { _ in
                Response(
                    status: 200,
                    headers: [
                        ("Content-Length", "99"), ("Connection", "x"), ("Transfer-Encoding", "chunked"),
                    ],
                    body: [65])
            })
        router.on(.get, "/status", .immediate { _ in Response(status: 99) })
        return router
    }

    private static func text(_ text: String) -> Response {
        Response(status: 200, contentType: "text/plain", body: Array(text.utf8))
    }

    /// Waits until something holds, for ten seconds at most.
    func until(_ what: String, _ holds: () -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while !holds() {
            try #require(clock.now < end, "waited in vain: \(what)")
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// Holds handlers back until a test lets them through.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func wait() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if passes { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
