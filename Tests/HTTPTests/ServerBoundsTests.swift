import Glibc
import HTTP
import Reactor
import Testing

@Suite("Server: time, caps, draining")
struct ServerBoundsTests {
    @Test("answers 408 to a head that comes too slowly, however steadily")
    func slowHead() throws {
        let client = try TestServer { $0.headTimeout = .milliseconds(100) }.connect()
        client.send("GET /live HTTP/1.1\r\nHost: a\r\nX: ")
        #expect(client.sendSteadily())
        #expect(client.receiveAll().text.hasPrefix("HTTP/1.1 408 "))
    }

    @Test("answers 408 to a body below the least rate")
    func slowBody() throws {
        let server = try TestServer {
            $0.rateGrace = .milliseconds(80)
            $0.bytesPerSecondMin = 1000
        }
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
        #expect(client.sendSteadily())
        #expect(client.receiveAll().text.hasPrefix("HTTP/1.1 408 "))
        #expect(server.server.statistics.timeouts == 1)
    }

    @Test("takes a body that is above the least rate for longer than the grace")
    func steadyBody() throws {
        let server = try TestServer {
            // Long enough for a busy machine to stall the test for a while.
            $0.rateGrace = .seconds(1)
            $0.bytesPerSecondMin = 200
        }
        let client = try server.connect()
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n")
        for _ in 0..<20 {
            client.send(String(repeating: "a", count: 200))
            usleep(60_000)
        }
        #expect(try client.receive().body.utf8.count == 4000)
    }

    @Test("closes an idle connection without a word", arguments: [false, true])
    func idle(afterRequest: Bool) throws {
        let client = try TestServer { $0.idleTimeout = .milliseconds(60) }.connect()
        if afterRequest {
            #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
        let (text, ending) = client.receiveAll()
        #expect(text.isEmpty)
        #expect(ending == .closed)
    }

    @Test("does not count a handler's time as the client's")
    func slowHandler() async throws {
        let server = try TestServer {
            $0.idleTimeout = .milliseconds(400)
            $0.headTimeout = .milliseconds(400)
        }
        let client = try server.connect()
        client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        try await Task.sleep(for: .milliseconds(700))
        server.gate.open()
        #expect(try client.receive().body == "through")
    }

    @Test(
        "cuts a client that never reads, reads no more from it meanwhile, and leaves the kernel little to keep for it"
    )
    func neverReads() async throws {
        let server = try TestServer { $0.rateGrace = .milliseconds(200) }
        let client = try server.connect(receiveBytes: 4096)
        client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 50))
        try await server.until("the cut") { server.server.statistics.timeouts == 1 }
        // A whole answer of 1 MiB that the kernel took would have let the next request be looked at.
        #expect(server.server.statistics.requests == 1)
        try await server.until("the end") { server.server.statistics.open == 0 }
    }

    @Test("sends a large answer whole to a client that reads slowly")
    func readsSlowly() throws {
        let server = try TestServer()
        let client = try server.connect(receiveBytes: 4096)
        client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 3))
        usleep(20_000)
        for _ in 0..<3 { #expect(try client.receive().body.utf8.count == 1 << 20) }
        #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").body == "live")
    }

    @Test(
        "turns away with 503 what is beyond the caps, and takes more when there is room",
        arguments: [true, false])
    func caps(perAddress: Bool) async throws {
        let server = try TestServer {
            if perAddress { $0.connectionsPerAddressMax = 2 } else { $0.connectionsMax = 2 }
            $0.capsLoopback = true
        }
        var clients = try (0..<2).map { _ in try server.connect() }
        for client in clients {
            #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
        let refused = try server.connect()
        refused.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        let (text, ending) = refused.receiveAll()
        #expect(text.hasPrefix("HTTP/1.1 503 "))
        #expect(text.contains("\r\nRetry-After: 1\r\n"))
        refused.endSending()
        #expect(ending == .closed)
        #expect(server.server.statistics.refused == 1)
        clients.removeLast()
        try await server.until("room") { server.server.statistics.open < 2 }
        #expect(try server.connect().exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
    }

    @Test("does not cut a client that reads above the least rate for longer than the grace")
    func readsSteadily() throws {
        let server = try TestServer {
            $0.rateGrace = .seconds(1)
            $0.bytesPerSecondMin = 1 << 18
        }
        let client = try server.connect(receiveBytes: 65_536)
        client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 12))
        for _ in 0..<12 {
            #expect(try client.receive().body.utf8.count == 1 << 20)
            usleep(100_000)
        }
        #expect(server.server.statistics.timeouts == 0)
    }

    @Test("lets a handler outlive its client")
    func clientLeaves() async throws {
        let server = try TestServer()
        do {
            let client = try server.connect()
            client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            try await server.until("the handler") { server.gate.waitingCount == 1 }
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                client.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        try await server.until("the end") { server.server.statistics.open == 0 }
        let next = try server.connect()
        server.gate.open()
        #expect(try next.exchange("GET /later HTTP/1.1\r\nHost: a\r\n\r\n").body == "later")
    }

    @Test("drains: ends idle connections at once, lets a request have its answer, refuses new ones")
    func drains() async throws {
        let server = try TestServer()
        let idle = try server.connect()
        #expect(try idle.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        let busy = try server.connect()
        busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        try await server.until("the handler") { server.gate.waitingCount == 1 }
        async let drained: Void = server.server.drain(within: .seconds(10))
        try await server.until("the end of the idle one") { server.server.statistics.open == 1 }
        #expect(idle.receiveAll().ending == .closed)
        #expect(throws: SystemError.self) { try server.connect() }
        server.gate.open()
        let answer = try busy.receive()
        #expect(answer.body == "through")
        #expect(answer.fields["connection"] == "close")
        await drained
        #expect(server.server.statistics.open == 0)
    }

    @Test("drains no longer than it is told")
    func drainsInTime() async throws {
        let server = try TestServer()
        let busy = try server.connect()
        busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        try await server.until("the handler") { server.gate.waitingCount == 1 }
        await server.server.drain(within: .milliseconds(50))
        #expect(server.server.statistics.open == 0)
        #expect(busy.receiveAll().text.isEmpty)
        server.gate.open()
    }

    @Test("tells that a port is taken, or an address is not here")
    func cannotListen() throws {
        let reactor = try Reactor(name: "unused")
        var configuration = Server.Configuration()
        configuration.host = "203.0.113.1"
        let server = Server(reactor: reactor, router: Router(), configuration: configuration)
        #expect(throws: SystemError("bind", code: EADDRNOTAVAIL)) { try server.start() }

        let running = try TestServer()
        configuration.host = "127.0.0.1"
        configuration.port = running.port
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try Server.checkAddress(configuration) }
        configuration.port = 0
        try Server.checkAddress(configuration)
    }
}
