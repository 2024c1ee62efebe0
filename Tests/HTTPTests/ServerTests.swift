import HTTP
import Testing

@Suite("Server")
struct ServerTests {
    @Test("answers with the fields that every answer has")
    func answers() throws {
        let server = try TestServer { $0.serverName = "causeway" }
        let answer = try server.connect().exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer.body == "live")
        #expect(answer.fields["content-type"] == "text/plain")
        #expect(answer.fields["content-length"] == "4")
        #expect(answer.fields["server"] == "causeway")
        #expect(answer.fields["connection"] == nil)
        #expect(answer.fields["date"]?.wholeMatch(of: /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
        #expect(answer.fields["x-request-id"]?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    }

    @Test("keeps a connection for many requests, immediate and not")
    func keepsAlive() throws {
        let server = try TestServer()
        let client = try server.connect()
        for _ in 0..<20 {
            #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").body == "live")
            #expect(try client.exchange("GET /later HTTP/1.1\r\nHost: a\r\n\r\n").body == "later")
        }
        #expect(server.server.statistics.accepted == 1)
        #expect(server.server.statistics.requests == 40)
        #expect(server.server.statistics.responses[2] == 40)
    }

    @Test("answers pipelined requests in their order, however they are split", arguments: [0, 1, 7, 64])
    func pipelines(piece: Int) throws {
        let server = try TestServer()
        let client = try server.connect()
        let post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        let text = ["/live", "/later", "/thing/1", "/live"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
            .joined(separator: post)
        if piece == 0 {
            client.send(text)
        } else {
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                client.send(Array(bytes[start..<min(start + piece, bytes.count)]))
            }
        }
        let bodies = try (0..<7).map { _ in try client.receive().body }
        #expect(bodies == ["live", "hello", "later", "hello", "1", "hello", "live"])
    }

    @Test("answers thousands of pipelined requests", arguments: ["/live", "/later"])
    func pipelinesMany(path: String) throws {
        let client = try TestServer().connect()
        // All of it fits into the sockets' buffers, so that nobody has to read meanwhile.
        #expect(client.send(String(repeating: "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", count: 4000)))
        for _ in 0..<4000 { #expect(try client.receive().status == 200) }
    }

    @Test("answers the whole corpus as the parser says", arguments: Sample.invalid)
    func refuses(sample: Sample) throws {
        let server = try Self.shared.get()
        let client = try server.connect()
        client.send(sample.bytes)
        client.endSending()
        let (text, ending) = client.receiveAll()
        let status = try #require(sample.outcome.status)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(text.contains("\r\nContent-Type: application/problem+json\r\n"))
        #expect(ending == .closed)
    }

    private static let shared = Result { try TestServer() }

    @Test("answers GET's HEAD without the content")
    func head() throws {
        let client = try TestServer().connect()
        client.send("HEAD /live HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        let head = try client.receive(isHead: true)
        #expect(head.status == 200)
        #expect(head.fields["content-length"] == "4")
        #expect(try client.receive().body == "live")
    }

    @Test("tells the methods of a path")
    func options() throws {
        let client = try TestServer().connect()
        let one = try client.exchange("OPTIONS /live HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(one.status == 204)
        #expect(one.fields["allow"] == "GET, HEAD, OPTIONS")
        #expect(one.fields["content-length"] == nil)
        let all = try client.exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(all.status == 204)
        #expect(all.fields["allow"] == "GET, HEAD, OPTIONS, POST")
    }

    @Test(
        "answers what no route has",
        arguments: [
            ("GET /none", 404), ("GET /live/", 404), ("GET /thing/", 404), ("GET /thing/a/b", 404),
            ("GET /", 404),
            ("DELETE /live", 405), ("TRACE /live", 405), ("HEAD /echo", 405), ("BREW /live", 501),
            ("GET /thing/%zz", 400), ("GET /thing/%ff", 400), ("OPTIONS /none", 404), ("GET //live", 404),
        ])
    func unrouted(line: String, status: Int) throws {
        let client = try TestServer().connect()
        client.send("\(line) HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.receive(isHead: line.hasPrefix("HEAD"))
        #expect(answer.status == status)
        #expect((answer.fields["allow"] != nil) == (status == 405))
        // A request that was understood does not cost the connection.
        #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
    }

    @Test(
        "decodes the parameters of a path",
        arguments: [("a%20b", "a b"), ("%E0%B8%BF", "฿"), ("a%2Fb", "a/b")])
    func parameters(raw: String, value: String) throws {
        let answer = try TestServer().connect().exchange("GET /thing/\(raw) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.body == value)
    }

    @Test("asks for an expected body, then answers")
    func expectation() throws {
        let client = try TestServer().connect()
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try client.receive().status == 100)
        let answer = try client.exchange("hi")
        #expect(answer.status == 200)
        #expect(answer.body == "hi")
    }

    @Test("keeps or closes as the version and the client say")
    func persistence() throws {
        let server = try TestServer()
        let old = try server.connect()
        old.send("GET /live HTTP/1.0\r\n\r\n")
        let (text, ending) = old.receiveAll()
        #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("live") && ending == .closed)

        let kept = try server.connect()
        let first = try kept.exchange("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(first.fields["connection"] == "keep-alive")
        #expect(try kept.exchange("GET /live HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").status == 200)

        let last = try server.connect()
        let answer = try last.exchange("GET /live HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")
        #expect(answer.fields["connection"] == "close")
        #expect(last.receiveAll().ending == .closed)

        let told = try server.connect()
        #expect(try told.exchange("GET /bye HTTP/1.1\r\nHost: a\r\n\r\n").fields["connection"] == "close")
        #expect(told.receiveAll().ending == .closed)
    }

    @Test("answers a client that has ended its half", arguments: ["/live", "/later"])
    func halfClosed(path: String) throws {
        let client = try TestServer().connect()
        client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        client.endSending()
        let (text, ending) = client.receiveAll()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(ending == .closed)
    }

    @Test("closes without a word when a client leaves inside a request")
    func leaves() throws {
        let client = try TestServer().connect()
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        client.endSending()
        let (text, ending) = client.receiveAll()
        #expect(text.isEmpty)
        #expect(ending == .closed)
    }

    @Test("sends no content where the status has none", arguments: [("/empty", 204), ("/same", 304)])
    func bodiless(path: String, status: Int) throws {
        let client = try TestServer().connect()
        let answer = try client.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == status)
        #expect(answer.fields["content-length"] == nil)
        #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").body == "live")
    }

    @Test("lets no handler break the framing", arguments: ["/inject", "/name", "/status"])
    func injection(path: String) throws {
        let client = try TestServer().connect()
        let answer = try client.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.status == 500)
        #expect(answer.fields["x-c"] == nil)
        #expect(try client.exchange("GET /live HTTP/1.1\r\nHost: a\r\n\r\n").body == "live")
    }

    @Test("writes the fields of the framing itself")
    func ownFields() throws {
        let answer = try TestServer().connect().exchange("GET /own HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer.body == "A")
        #expect(answer.fields["connection"] == nil)
        #expect(answer.fields["transfer-encoding"] == nil)
    }

    @Test(
        "takes a client's request id where it is a word",
        arguments: [("abc-1._Z", true), ("a b", false), ("a\"", false), ("", false)])
    func requestID(id: String, isTaken: Bool) throws {
        let answer = try TestServer().connect()
            .exchange("GET /id HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(id)\r\n\r\n")
        #expect(answer.fields["x-request-id"] == answer.body)
        #expect((answer.body == id) == isTaken)
        if !isTaken { #expect(answer.body.wholeMatch(of: /[0-9a-f]{32}/) != nil) }
    }

    @Test("knows where a client is and what it asked for")
    func peer() throws {
        let client = try TestServer { $0.host = "::" }.connect()
        #expect(try client.exchange("GET /peer HTTP/1.1\r\nHost: a:1\r\n\r\n").body == "127.0.0.1 a:1")
        #expect(try client.exchange("GET http://b/peer HTTP/1.1\r\nHost: a:1\r\n\r\n").body == "127.0.0.1 b")
    }

    @Test("lets an error be read by a client that is still sending")
    func lingers() throws {
        let client = try TestServer { $0.bodyBytesMax = 1000 }.connect()
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n")
        client.send([UInt8](repeating: 65, count: 400_000))
        client.endSending()
        let (text, ending) = client.receiveAll()
        #expect(text.hasPrefix("HTTP/1.1 413 "))
        #expect(ending == .closed)
    }
}
