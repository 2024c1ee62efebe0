import HTTP
import TestSupport
import Testing

@Suite("Forms")
struct FormTests {
    private func form(_ text: String) throws(FormError) -> [String] {
        try FormDecoder.decode(Array(text.utf8)).map { "\($0.name)=\($0.value)" }
    }

    @Test(
        "reads fields in their order",
        arguments: [
            ("", []), ("a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("a", ["a="]), ("=1", ["=1"]),
            ("a=b=c", ["a=b=c"]),
            ("a+b=c+d", ["a b=c d"]), ("a=%2B%26%3D", ["a=+&="]), ("&a=1&&", ["a=1"]),
            ("n=%E0%B8%BF", ["n=฿"]),
            ("a=%0D%0A", ["a=\r\n"]), ("a=b c", ["a=b c"]), ("a[b]=฿", ["a[b]=฿"]),
        ])
    func reads(text: String, fields: [String]) throws {
        #expect(try form(text) == fields)
    }

    @Test(
        "refuses what neither an encoder nor a person writes",
        arguments: ["a=%", "a=%1", "a=%GG", "%", "a=%FF", "a=\u{7F}", "a=\r\n"])
    func refuses(text: String) {
        #expect(throws: FormError.malformed) { try form(text) }
    }

    @Test("reads a hundred fields, and no more")
    func bounded() throws {
        let text = { (count: Int) in (0..<count).map { "a\($0)=" }.joined(separator: "&") }
        #expect(try form(text(100)).count == 100)
        #expect(throws: FormError.tooManyFields) { try form(text(101)) }
    }
}

@Suite("Multipart forms")
struct MultipartTests {
    private let type = "multipart/form-data; boundary=b"

    private func decode(_ text: String, type: String? = nil) throws -> [String] {
        let type = try #require(MediaType(type ?? self.type))
        return try MultipartDecoder.decode(Array(text.utf8), type: type).map { "\($0.name)=\($0.value)" }
    }

    private func part(_ head: String, _ value: String) -> String { "--b\r\n\(head)\r\n\r\n\(value)\r\n" }

    private let named = "Content-Disposition: form-data; name=\"a\""

    @Test("reads text parts in their order")
    func reads() throws {
        let text =
            part(named, "1") + part("content-disposition: form-data; name=\"฿ \\\"x\\\"\"", "two\r\n--c")
            + part(named, "") + "--b--\r\n"
        #expect(try decode(text) == ["a=1", "฿ \"x\"=two\r\n--c", "a="])
        #expect(try decode("--b--") == [])
    }

    @Test("reads a part that says that it is text")
    func typed() throws {
        let head = "\(named)\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit"
        #expect(try decode(part(head, "1") + "--b--") == ["a=1"])
    }

    @Test(
        "reads boundaries as clients make them",
        arguments: ["----WebKitFormBoundaryAbC0", "a'()+_,-./:=?z", String(repeating: "x", count: 70)])
    func boundaries(boundary: String) throws {
        let text = "--\(boundary)\r\n\(named)\r\n\r\n1\r\n--\(boundary)--\r\n"
        #expect(try decode(text, type: "multipart/form-data; boundary=\"\(boundary)\"") == ["a=1"])
    }

    @Test(
        "refuses files and other types",
        arguments: [
            "Content-Disposition: form-data; name=\"a\"; filename=\"b\"",
            "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''b",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: image/png",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=utf-16",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
        ])
    func files(head: String) {
        #expect(throws: FormError.notText) { try decode(part(head, "1") + "--b--") }
    }

    @Test(
        "refuses broken framing",
        arguments: [
            "", "--", "--b", "--b\r\n", "--b--x", "--b--\r\nx", "x--b--", "\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--bb--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n--b--",
            "--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--",
            "--b\r\n\r\n1\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--",
            "--b\r\nNo colon\r\n\r\n1\r\n--b--",
        ])
    func broken(text: String) {
        #expect(throws: FormError.malformed) { try decode(text) }
    }

    @Test("refuses bytes that are no UTF-8, and a part's head without end")
    func malformedText() throws {
        let type = try #require(MediaType(type))
        let bytes = Array("--b\r\n\(named)\r\n\r\n".utf8) + [0xFF] + Array("\r\n--b--".utf8)
        #expect(throws: FormError.malformed) { try MultipartDecoder.decode(bytes, type: type) }
        let long = part("\(named)\r\nX: \(String(repeating: "x", count: 2000))", "1") + "--b--"
        #expect(throws: FormError.malformed) { try decode(long) }
    }

    @Test(
        "needs a usable boundary",
        arguments: [
            "multipart/form-data", "multipart/mixed; boundary=b", "text/plain",
            "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=\"b \"", "multipart/form-data; boundary=\"b@\"",
            "multipart/form-data; boundary=\(String(repeating: "x", count: 71))",
        ])
    func boundary(type: String) {
        #expect(throws: FormError.noBoundary) { try decode("--b--", type: type) }
    }

    @Test("reads a hundred parts, and no more")
    func bounded() throws {
        let text = { (count: Int) in String(repeating: part(named, "1"), count: count) + "--b--" }
        #expect(try decode(text(100)).count == 100)
        #expect(throws: FormError.tooManyFields) { try decode(text(101)) }
    }

    @Test("survives any change of its bytes")
    func mutated() throws {
        var random = SeededGenerator()
        let type = try #require(MediaType(type))
        let text = Array((part(named, "1") + part(named, "22") + "--b--\r\n").utf8)
        for _ in 0..<5000 {
            var bytes = text
            for _ in 0..<3 {
                let index = Int(random.next() % UInt64(bytes.count))
                if random.next() % 2 == 0 {
                    bytes[index] = UInt8(truncatingIfNeeded: random.next())
                } else {
                    bytes.remove(at: index)
                }
            }
            let fields = (try? MultipartDecoder.decode(bytes, type: type)) ?? []
            #expect(fields.count <= 2, "seed \(random.seed)")
        }
    }
}
