import Foundation
import HTTPClient
import Testing

@Suite struct ExchangeTests {
    private let client = HTTPClient.make()
    private let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Word: a b \r\nx-WORD: c\r\n\r\nhello"

    @Test("an answer comes whole")
    func answer() async throws {
        let server = try TestServer.answering(hello)
        let response = try await client.send(.init(url: server.url + "/x")).get()
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response["x-word"] == "a b")
        #expect(response.headers.map(\.name) == ["Content-Length", "X-Word", "x-WORD"])
        #expect(response["nothing"] == nil)
        let timings = response.timings
        #expect(
            timings.connect > 0 && timings.connect <= timings.firstByte && timings.firstByte <= timings.total)
    }

    @Test("a request is sent as it is told, and nothing is added but what must be")
    func request() async throws {
        let server = try TestServer.answering(hello)
        let request = HTTPClient.Request(
            method: "POST", url: server.url + "/a/../b?x=%20&y=1#z",
            headers: [("X-Sign", "a;b=c"), ("X-Empty", ""), ("content-type", "application/json")],
            body: Array("{\"é\":1}".utf8))
        _ = try await client.send(request).get()
        let expected = """
            POST /a/../b?x=%20&y=1 HTTP/1.1\r
            Host: 127.0.0.1:\(server.port)\r
            Accept: */*\r
            X-Sign: a;b=c\r
            X-Empty:\r
            content-type: application/json\r
            User-Agent: Causeway\r
            Content-Length: 8\r
            \r
            {"é":1}
            """
        #expect(server.requests == [expected])
    }

    @Test("a large body needs no 100-continue, an empty one says so", arguments: [0, 1, 3_000_000])
    func bodies(_ count: Int) async throws {
        let server = try TestServer.answering(hello)
        let body = [UInt8](repeating: 0x61, count: count)
        _ = try await client.send(.init(method: "PUT", url: server.url, body: body)).get()
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("PUT / HTTP/1.1\r\n"))
        #expect(request.contains("Content-Length: \(count)\r\n"))
        #expect(!request.lowercased().contains("expect"))
        #expect(!request.lowercased().contains("content-type"))
        #expect(request.utf8.suffix(count).elementsEqual(body))
    }

    @Test(
        "reads every form of answer",
        arguments: [
            ("HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n",
                200, "abcde"
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx",
                201, "x"
            ),
            ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, ""),
            ("HTTP/1.1 500\r\nContent-Length: 2\r\n\r\nno", 500, "no"),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nzz", 200, "zz"),
            ("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n", 417, ""),
            ("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", 401, ""),
        ])
    func forms(_ answer: String, status: Int, body: String) async throws {
        let server = try TestServer.answering(answer)
        let response = try await client.send(.init(method: "POST", url: server.url, body: [0x61])).get()
        #expect(response.status == status)
        #expect(response.text == body)
        #expect(response["a"] == nil)
        #expect(server.requests.count == 1)
    }

    @Test("a HEAD's answer has no body, one without length ends with its connection")
    func endings() async throws {
        let server = try TestServer.answering(hello)
        let head = try await client.send(.init(method: "HEAD", url: server.url)).get()
        #expect(head.status == 200 && head.body.isEmpty)
        let closing = try TestServer { _, peer in
            _ = peer.readRequest()
            peer.send("HTTP/1.1 200 OK\r\n\r\nall of it")
            peer.close()
        }
        #expect(try await client.send(.init(url: closing.url)).get().text == "all of it")
    }

    @Test("connections are kept, for what is sent once too")
    func reuse() async throws {
        let server = try TestServer.answering(hello)
        for _ in 0..<3 { _ = try await client.send(.init(url: server.url)).get() }
        #expect(server.connectionCount == 1)
        for _ in 0..<2 { _ = try await client.send(.init(method: "POST", url: server.url)).get() }
        #expect(server.connectionCount == 1)
        _ = try await client.send(.init(method: "POST", url: server.url, once: false)).get()
        #expect(server.connectionCount == 1)
    }

    @Test("two hundred requests at once")
    func concurrent() async throws {
        let server = try TestServer { _, peer in
            while let request = peer.readRequest() {
                let path = request.split(separator: " ").dropFirst().first ?? ""
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
            peer.close()
        }
        let client = client
        let answers = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let method = number.isMultiple(of: 2) ? "GET" : "POST"
                    let result = await client.send(.init(method: method, url: server.url + "/\(number)"))
                    return (try? result.get().text) == "/\(number)"
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answers == 200)
    }

    @Test("neither proxies nor credentials come from the environment")
    func environment() async throws {
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        setenv("ALL_PROXY", "http://127.0.0.1:1", 1)
        let server = try TestServer.answering(hello)
        #expect(try await client.send(.init(url: server.url)).get().status == 200)
        setenv("no_proxy", "*", 1)
        let proxy = try TestServer.answering(hello)
        let request = HTTPClient.Request(url: server.url + "/p", proxy: proxy.url)
        #expect(try await client.send(request).get().status == 200)
        #expect(proxy.requests.first?.hasPrefix("GET \(server.url)/p HTTP/1.1\r\n") == true)
        #expect(server.requests.count == 1)
    }

    @Test(
        "refuses what it must not send, and says why",
        arguments: [
            (.init(url: "ftp://127.0.0.1/"), "neither http nor https"),
            (.init(url: "127.0.0.1"), "neither http nor https"),
            (.init(url: "file:///etc/passwd"), "neither http nor https"),
            (.init(url: "http:///x"), "no host"),
            (.init(url: "http://user:secret@127.0.0.1/"), "credentials"),
            (.init(url: "http://127.0.0.1/ x"), "plain ASCII"),
            (.init(url: "http://127.0.0.1/\r\nX: y"), "plain ASCII"),
            (.init(url: "http://127.0.0.1/é"), "plain ASCII"),
            (.init(method: "GET /", url: "http://127.0.0.1/"), "method"),
            (.init(method: "", url: "http://127.0.0.1/"), "method"),
            (.init(url: "http://127.0.0.1/", headers: [("X", "a\r\nB: c")]), "control character"),
            (.init(url: "http://127.0.0.1/", headers: [("X: y", "a")]), "name is malformed"),
            (.init(url: "http://127.0.0.1/", headers: [("", "a")]), "name is malformed"),
            (.init(url: "http://127.0.0.1/", headers: [("Content-Length", "3")]), "client's own"),
            (.init(url: "http://127.0.0.1/", headers: [("transfer-encoding", "chunked")]), "client's own"),
            (.init(url: "http://127.0.0.1/", body: [1]), "no body"),
        ] as [(HTTPClient.Request, String)])
    func invalid(_ request: HTTPClient.Request, reason: String) async throws {
        let failure = try await client.failure(request)
        #expect(failure.kind == .invalidRequest)
        #expect(!failure.requestMayHaveBeenSent)
        #expect(failure.message.contains(reason))
        #expect(!failure.message.contains("secret"))
    }
}
