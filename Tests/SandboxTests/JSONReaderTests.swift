import Testing

@testable import sandbox

@Suite("The sandbox's reading of JSON")
struct JSONReaderTests {
    @Test(
        "reads strings, plain and escaped",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""a\"b\\c\/d""#, #"a"b\c/d"#),
            (#""\u0e1aาท\n""#, "บาท\n"),
            (#""\ud83d\ude00x""#, "😀x"),
        ])
    func strings(_ text: String, _ expected: String) throws {
        #expect(try JSONReader.read(Array(text.utf8)).string == expected)
    }

    @Test(
        "refuses what is no string, and says where",
        arguments: [
            ([0x22, 0x61], "a string does not end", 2),
            ([0x22, 0x61, 0x0A, 0x22], "control character in a string", 3),
            ([0x22, 0x61, 0xFF, 0x22], "not UTF-8", 4), ([0x22, 0x5C], "a string does not end", 2),
            ([0x22, 0x5C, 0x78, 0x22], "unknown escape", 3),
        ] as [([UInt8], String, Int)])
    func refused(_ bytes: [UInt8], _ message: String, _ offset: Int) {
        #expect(throws: JSONReader.Failure(message: message, offset: offset)) { try JSONReader.read(bytes) }
    }

    @Test("refuses a key that is there twice, byte for byte")
    func keys() throws {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(#"{"a":1,"a":2}"#.utf8)) }
        // One character, written in two ways: two keys.
        let both = try JSONReader.read(Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)).object
        #expect(both?.members.count == 2 && both?["\u{E9}"]?.integer == 1)
    }
}
