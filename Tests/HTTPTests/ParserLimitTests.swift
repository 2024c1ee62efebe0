import Testing

@testable import HTTP

@Suite("Limits of a request")
struct ParserLimitTests {
    private func status(_ text: String, _ change: (inout RequestParser.Limits) -> Void = { _ in }) -> Int? {
        var limits = RequestParser.Limits()
        change(&limits)
        let bytes = Array(text.utf8)
        let whole = Outcome(bytes, limits: limits, cuts: [])
        // Limits too must not depend on how the bytes arrive.
        #expect(Outcome(bytes, limits: limits, cuts: 1..<bytes.count) == whole)
        if whole.status == nil { #expect(!whole.isPartial && whole.messages.count == 1) }
        return whole.status
    }

    @Test("a request line of 8,192 bytes, and no more")
    func requestLine() {
        let line = { (count: Int) in "GET /\(String(repeating: "a", count: count - 14)) HTTP/1.1" }
        #expect(line(8192).utf8.count == 8192)
        #expect(status("\(line(8192))\r\nHost: a\r\n\r\n") == nil)
        #expect(status("\(line(8193))\r\nHost: a\r\n\r\n") == 414)
        #expect(status(String(repeating: "a", count: 9000)) == 414)
    }

    @Test("a head of 16,384 bytes, and no more")
    func head() {
        let head = { (count: Int) -> String in
            let frame = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
            return
                "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: count - frame.utf8.count))\r\n\r\n"
        }
        #expect(status(head(16_384)) == nil)
        #expect(status(head(16_385)) == 431)
        #expect(status("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 17_000))") == 431)
    }

    @Test("a hundred fields, and no more")
    func fields() {
        let head = { (count: Int) in
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: count - 1))\r\n"
        }
        #expect(status(head(100)) == nil)
        #expect(status(head(101)) == 431)
    }

    @Test("a body as large as the limit, and no larger")
    func body() {
        let sized = { (count: Int) in
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(String(repeating: "x", count: count))"
        }
        #expect(status(sized(64)) { $0.bodyBytes = 64 } == nil)
        #expect(status(sized(65)) { $0.bodyBytes = 64 } == 413)
        let chunked = { (last: String) in
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3c\r\n\(String(repeating: "x", count: 60))\r\n\(last)\r\n0\r\n\r\n"
        }
        #expect(status(chunked("4\r\nabcd")) { $0.bodyBytes = 64 } == nil)
        #expect(status(chunked("5\r\nabcde")) { $0.bodyBytes = 64 } == 413)
    }

    @Test("chunk extensions, all together")
    func extensions() {
        let chunked = { (count: Int) in
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "1;abc\r\nx\r\n", count: count) + "0\r\n\r\n"
        }
        #expect(status(chunked(8)) { $0.extensionBytes = 32 } == nil)
        #expect(status(chunked(9)) { $0.extensionBytes = 32 } == 400)
    }

    @Test("a trailer's bytes and fields")
    func trailer() {
        let chunked = { (lines: String) in
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(lines)\r\n"
        }
        #expect(status(chunked("A: bcd\r\nE: fgh\r\n")) { $0.trailerBytes = 18 } == nil)
        #expect(status(chunked("A: bcd\r\nE: fghi\r\n")) { $0.trailerBytes = 18 } == 431)
        #expect(status(chunked("A:\r\nB:\r\n")) { $0.fieldCount = 4 } == nil)
        #expect(status(chunked("A:\r\nB:\r\nC:\r\n")) { $0.fieldCount = 4 } == 431)
    }

    @Test("asks for the body once where the client waits for it, and not where it does not")
    func expectation() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        var parser = RequestParser()
        let waiting = Array(head.utf8).withUnsafeBytes { parser.advance($0) }
        #expect(waiting.consumed == head.utf8.count)
        guard case .expectation = waiting.step else {
            Issue.record("\(waiting.step)")
            return
        }
        let rest = Array("hi".utf8).withUnsafeBytes { parser.advance($0) }
        guard case .request(_, let body) = rest.step else {
            Issue.record("\(rest.step)")
            return
        }
        #expect(body == Array("hi".utf8))
        let whole = Array("\(head)hi".utf8).withUnsafeBytes { parser.advance($0) }
        guard case .request = whole.step else {
            Issue.record("\(whole.step)")
            return
        }
    }
}
