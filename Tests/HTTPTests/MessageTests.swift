import Testing

@testable import HTTP

@Suite("Parts of a message")
struct MessageTests {
    @Test("reads a media type and its parameters")
    func mediaType() throws {
        let type = try #require(MediaType("Text/HTML ; Charset=\"a \\\"b\\\"\";x=y;"))
        #expect(type.essence == "text/html")
        #expect(type.parameters == ["charset": "a \"b\"", "x": "y"])
        #expect(MediaType("application/json")?.parameters == [:])
    }

    @Test(
        "refuses a malformed media type",
        arguments: [
            "", "a", "a/", "/b", "a/b c", "a/b;c", "a/b;c=", "a/b;c=\"d", "a/b;c=d e", "a/b;c=1;C=2", "a b/c",
            "a/b;=c",
        ])
    func malformedMediaType(text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test("joins the lines of one field, and finds it by any case")
    func headers() throws {
        let request = try #require(
            Request(method: .get, target: "/", headers: [("X-A", "1"), ("x-a", " 2 "), ("X-B", "")]))
        #expect(request.headers["x-a"] == "1, 2")
        #expect(request.headers.all("x-a") == ["1", "2"])
        #expect(request.headers["x-b"] == "")
        #expect(request.headers["x-c"] == nil)
        #expect(request.headers["x-"] == nil)
        #expect(
            request.headers.pairs.map { "\($0.name)=\($0.value)" } == [
                "Host=localhost", "X-A=1", "x-a=2", "X-B=",
            ])
    }

    @Test("makes no request out of malformed parts")
    func request() throws {
        #expect(Request(method: .get, target: "a b") == nil)
        #expect(Request(method: .get, target: "/", headers: [("a", "b\r\nc: d")]) == nil)
        let request = try #require(Request(method: .post, target: "/a?b", body: [1], id: "x"))
        #expect(request.id == "x")
        #expect(request.body == [1])
        #expect(request.target == "/a?b")
        #expect(request.path == "/a")
        #expect(request.peer.text == "127.0.0.1")
        #expect(Request(method: .get, target: "/")?.contentType == nil)
    }

    @Test(
        "writes an address as people do",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("2001:db8:0::1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::1", "::1"), ("::", "::"),
        ])
    func address(text: String, written: String) throws {
        #expect(try #require(PeerAddress(text)).text == written)
    }

    @Test("counts an IPv6 subscriber once, and knows this machine")
    func sites() throws {
        let address = { (text: String) in try #require(PeerAddress(text)) }
        #expect(try address("2001:db8::1").site == address("2001:db8::2:3").site)
        #expect(try address("2001:db8::1").site != address("2001:db8:0:1::1").site)
        #expect(try address("192.0.2.1").site != address("192.0.2.2").site)
        #expect(try address("0.0.0.0").site != address("::").site)
        #expect(
            try address("127.8.8.8").isLoopback && address("::1").isLoopback
                && address("::ffff:127.0.0.1").isLoopback)
        #expect(try !address("128.0.0.1").isLoopback && !address("::2").isLoopback)
        #expect(PeerAddress("localhost") == nil)
        // C reads no further than a NUL.
        #expect(PeerAddress("127.0.0.1\u{0}x") == nil)
        #expect(PeerAddress("::1\u{0}x") == nil)
    }

    @Test(
        "writes dates as RFC 9110 does",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_799, "Wed, 28 Feb 2024 23:59:59 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ])
    func date(seconds: Int, text: String) {
        #expect(DateField.text(seconds: seconds) == text)
    }

    @Test("numbers requests with 32 digits that do not repeat")
    func numbers() {
        var generator = RequestNumber.Generator()
        let ids = Set((0..<10_000).map { _ in generator.next().description })
        #expect(ids.count == 10_000)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
        #expect(
            RequestNumber(high: 0x0123_4567_89AB_CDEF, low: 1).description
                == "0123456789abcdef0000000000000001")
    }

    @Test("has a plain problem document for every failure", arguments: Failure.Code.allCases)
    func problems(code: Failure.Code) {
        let response = Router.problem(Failure(code, "Why."), nil)
        #expect(response.status == Failure(code, "").status)
        #expect(!Reason.phrase(response.status).description.isEmpty)
        #expect(String(decoding: response.body, as: UTF8.self).contains("\"code\":\"\(code.rawValue)\""))
    }
}

@Suite("Router")
struct RouterTests {
    private func router(_ routes: (Method, String)...) -> Router {
        var router = Router()
        for (method, pattern) in routes {
            router.on(method, pattern, .immediate { _ in Response(status: 200) })
        }
        return router
    }

    private func parameters(_ router: Router, _ target: String) throws -> [String]? {
        var request = try #require(Request(method: .get, target: target))
        guard case .handler = router.match(&request) else { return nil }
        return request.parameters.values.map { "\($0.name)=\($0.value)" }
    }

    @Test("takes a literal before a name, and steps back where it leads nowhere")
    func precedence() throws {
        let router = router(
            (.get, "/v1/{currency}/methods"), (.get, "/v1/transaction/{id}"), (.get, "/v1/{a}/{b}/c"),
            (.get, "/"))
        #expect(try parameters(router, "/v1/THB/methods") == ["currency=THB"])
        #expect(try parameters(router, "/v1/transaction/7") == ["id=7"])
        #expect(try parameters(router, "/v1/transaction/methods") == ["id=methods"])
        #expect(try parameters(router, "/v1/transaction/x/c") == ["a=transaction", "b=x"])
        #expect(try parameters(router, "/v1//methods") == nil)
        #expect(try parameters(router, "/") == [])
        #expect(try parameters(router, "/v1") == nil)
        #expect(try parameters(router, "/v1/THB/methods?a=b") == ["currency=THB"])
    }

    @Test("lists its routes in the order they were made")
    func routes() {
        let router = router((.post, "/a"), (.get, "/a"))
        #expect(router.routes.map { "\($0.method.rawValue) \($0.pattern)" } == ["POST /a", "GET /a"])
    }

    @Test("names the parameters as the method's own pattern does")
    func names() throws {
        var router = router((.get, "/a/{x}"))
        router.on(.put, "/a/{y}", .immediate { _ in Response(status: 200) })
        var put = try #require(Request(method: .put, target: "/a/1"))
        _ = router.match(&put)
        #expect(put.parameters["y"] == "1")
        #expect(put.parameters["x"] == nil)
    }
}
