import Testing

@testable import HTTP

@Suite("Query")
struct QueryTests {
    @Test("decodes names and values, and a plus as a space")
    func decodes() throws {
        let request = try #require(Request(method: .get, target: "/a?x=1+2&y=%E0%B8%BF&x=3&flag"))
        #expect(request.query["x"] == "1 2")
        #expect(request.query.all("x") == ["1 2", "3"])
        #expect(request.query["y"] == "฿")
        #expect(request.query["flag"] == "")
        #expect(request.query["none"] == nil)
        #expect(request.query.names == ["x", "y", "flag"])
        #expect(request.query.isWellFormed)
    }

    @Test("tells of a malformed encoding", arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "%=1", "a=%C3"])
    func malformed(query: String) throws {
        let request = try #require(Request(method: .get, target: "/a?\(query)"))
        #expect(!request.query.isWellFormed)
    }

    @Test("reads a hundred parameters, and no more")
    func bounded() throws {
        let pairs = { (count: Int) in (0..<count).map { "a\($0)=1" }.joined(separator: "&") }
        let full = try #require(Request(method: .get, target: "/?\(pairs(100))"))
        #expect(full.query.isWellFormed)
        let over = try #require(Request(method: .get, target: "/?\(pairs(101))"))
        #expect(!over.query.isWellFormed)
        #expect(over.query.pairs.count == 100)
    }
}
