import Testing

@testable import JSON

/// In the spirit of JSONTestSuite: what a strict reader of RFC 8259 takes and what it refuses.
@Suite struct GrammarTests {
    @Test(
        "takes what is JSON",
        arguments: [
            "[]", "{}", "null", "true", "false", "0", "-0", "1e3", "1E+3", "1e-3", "0.5", "-1.25e10", "\"\"",
            "\"a\"",
            " [ 1 , 2 ] ", "\t\r\n{ \"a\" : [ ] }\n", "[[[[]]]]", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", "\"\u{10FFFF}\"", "{\"\":0}", "{\"a\":{\"a\":1}}",
            "[null,true,false]",
            "[-0.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000001]",
            "\"\\uFFFF\"", "\"\\u00e9\"", "123456789012345678901234567890", "\"\u{FEFF}\"",
        ])
    func takes(_ text: String) throws {
        let value = try JSON.parse(text)
        #expect(try JSON.parse(value.compact()) == value)
    }

    @Test(
        "refuses what is not JSON, and says why",
        arguments: [
            ("", .empty), (" \n", .empty), ("[", .unexpectedEnd), ("{", .unexpectedEnd),
            ("\"", .unexpectedEnd),
            ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("[1 2]", .unexpectedByte),
            ("[1,,2]", .unexpectedByte),
            ("{\"a\"}", .unexpectedByte), ("{\"a\":}", .unexpectedByte), ("{\"a\":1,}", .unexpectedByte),
            ("{a:1}", .unexpectedByte), ("{'a':1}", .unexpectedByte), ("{1:1}", .unexpectedByte),
            ("[}", .unexpectedByte),
            ("{]", .unexpectedByte), ("[1}", .unexpectedByte), ("{\"a\":1]", .unexpectedByte),
            ("]", .unexpectedByte),
            ("[] []", .trailing), ("1 2", .trailing), ("{}}", .trailing), ("nullx", .trailing),
            ("[]\0", .trailing),
            ("nul", .unexpectedEnd), ("nulk", .unexpectedByte), ("True", .unexpectedByte),
            ("NaN", .unexpectedByte),
            ("Infinity", .unexpectedByte), ("-Infinity", .badNumber), ("+1", .unexpectedByte),
            (".5", .unexpectedByte),
            ("01", .badNumber), ("-01", .badNumber), ("00", .badNumber), ("1.", .unexpectedEnd),
            ("1.e1", .badNumber),
            ("1e", .unexpectedEnd), ("1e+", .unexpectedEnd), ("-", .unexpectedEnd), ("[-]", .badNumber),
            ("1.x", .badNumber),
            ("0x10", .trailing), ("1_000", .trailing), ("１", .unexpectedByte), ("\"\\x\"", .badEscape),
            ("\"\\u12\"", .badEscape), ("\"\\u12G4\"", .badEscape), ("\"\\U0041\"", .badEscape),
            ("\"\\\"", .unexpectedEnd),
            ("\"a\nb\"", .controlCharacter), ("\"\t\"", .controlCharacter), ("\"\0\"", .controlCharacter),
            ("\"\\ud800\"", .loneSurrogate), ("\"\\udc00\"", .loneSurrogate),
            ("\"\\ud800\\ud800\"", .loneSurrogate),
            ("\"\\ud800\\n\"", .loneSurrogate), ("\"\\ud800x\"", .loneSurrogate),
            ("\"\\udc00\\ud800\"", .loneSurrogate),
            ("{\"a\":1,\"a\":1}", .duplicateKey), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey),
            ("/**/1", .unexpectedByte),
            ("[1]//", .trailing), ("\u{FEFF}[]", .unexpectedByte), ("\u{A0}[]", .unexpectedByte),
            ("'a'", .unexpectedByte),
        ] as [(String, JSONError.Reason)])
    func refuses(_ text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.reason == reason)
    }

    @Test(
        "refuses strings that are not UTF-8",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xE9],
        ] as [[UInt8]])
    func refusesBadUTF8(_ bytes: [UInt8]) {
        let quoted = [0x22] + bytes + [0x22]
        let error = #expect(throws: JSONError.self) { try JSON.parse(quoted) }
        #expect(error?.reason == .notUTF8)
        // The same beside an escape, where the string is put together from parts.
        let escaped = Array(#""\n"#.utf8) + bytes + [0x22]
        #expect(throws: JSONError(offset: 1, reason: .notUTF8)) { try JSON.parse(escaped) }
    }

    @Test("escapes are what they stand for")
    func escapes() throws {
        let value = try JSON.parse(#""a\u0000\b\f\n\r\t\/\\\"\u00e9\uD83D\uDE00\u20ac!""#)
        #expect(value.stringValue == "a\0\u{8}\u{C}\n\r\t/\\\"é😀€!")
        #expect(try JSON.parse(#""x\ud800y\udc00""#, loneSurrogates: .replaced) == "x\u{FFFD}y\u{FFFD}")
        #expect(try JSON.parse(#""\ud800\u0041""#, loneSurrogates: .replaced) == "\u{FFFD}A")
    }

    @Test("says where the fault is, and nothing of the text")
    func offsets() {
        #expect(throws: JSONError(offset: 7, reason: .unexpectedByte)) { try JSON.parse(#"{"a": 1;}"#) }
        #expect(throws: JSONError(offset: 7, reason: .duplicateKey)) { try JSON.parse(#"{"a":1,"a":2}"#) }
        #expect(throws: JSONError(offset: 1, reason: .badEscape)) { try JSON.parse(#""\q""#) }
        #expect(JSONError(offset: 7, reason: .duplicateKey).description == "repeated key at byte 7")
    }

    @Test("a repeated key is refused or the last wins in the first's place")
    func duplicates() throws {
        let text = #"{"a":1,"b":2,"a":3}"#
        #expect(try JSON.parse(text, duplicates: .lastWins) == ["a": 3, "b": 2])
        #expect(throws: JSONError.self) { try JSON.parse(text) }
    }

    @Test("a repeated key is found in large objects too", arguments: [5, 16, 17, 18, 40, 500])
    func manyMembers(_ count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" }
        let value = try JSON.parse("{" + members.joined(separator: ",") + "}")
        #expect(value.objectValue?.keys == (0..<count).map { "k\($0)" })
        for repeated in [0, count / 2, count - 1] {
            let text = "{" + members.joined(separator: ",") + ",\"k\(repeated)\":-1}"
            #expect(throws: JSONError.self) { try JSON.parse(text) }
            #expect(try JSON.parse(text, duplicates: .lastWins)["k\(repeated)"] == -1)
        }
    }

    @Test("keys that only look alike are two keys")
    func lookalikes() throws {
        let value = try JSON.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test("keeps to its limits")
    func limits() throws {
        let deep = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON.parse(deep(32))
        #expect(throws: JSONError(offset: 32, reason: .tooDeep)) { try JSON.parse(deep(33)) }
        #expect(throws: JSONError.self) { try JSON.parse(deep(100_000), limits: JSON.Limits(depth: .max)) }
        _ = try JSON.parse(deep(512), limits: JSON.Limits(depth: .max))
        #expect(throws: JSONError(offset: 4, reason: .tooLarge)) {
            try JSON.parse("12345", limits: JSON.Limits(bytes: 4))
        }
        let three = JSON.Limits(values: 3)
        _ = try JSON.parse(#"[1,{"a":2}]"#, limits: three)
        #expect(throws: JSONError(offset: 5, reason: .tooMany)) {
            try JSON.parse("[1,2,3]", limits: JSON.Limits(values: 2))
        }
        #expect(throws: JSONError(offset: 0, reason: .longNumber)) {
            try JSON.parse(String(repeating: "1", count: 257))
        }
        // Depth is given back when a bracket closes.
        _ = try JSON.parse("[[],[],[],[{}],{}]", limits: JSON.Limits(depth: 3))
    }
}
