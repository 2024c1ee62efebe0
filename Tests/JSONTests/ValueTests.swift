import TestSupport
import Testing

@testable import JSON

@Suite struct ValueTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("literals keep their order")
    func literals() {
        let value: JSON = ["z": 1, "a": [true, nil, "x", -5], "m": ["k": "v"]]
        #expect(text(value.compact()) == #"{"z":1,"a":[true,null,"x",-5],"m":{"k":"v"}}"#)
        #expect(value["a"]?[2]?.stringValue == "x")
        #expect(value["a"]?[4] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["nothing"] == nil)
        #expect(value["z"]?["a"] == nil)
        #expect(value["a"]?[1]?.isNull == true)
    }

    @Test("setting a member keeps its place")
    func setting() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = "x"
        object["d"] = 4
        object["a"] = nil
        object["nothing"] = nil
        #expect(object == ["b": "x", "c": 3, "d": 4])
        #expect(object.removing("c", "d", "e") == ["b": "x"])
        #expect(object != ["c": 3, "b": "x", "d": 4])
        #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]) == ["a": 3, "b": 2])
    }

    @Test("equivalence minds neither order nor spelling of numbers")
    func equivalence() throws {
        let left = try JSON.parse(#"{"a":1000.0,"b":[1,{"x":1e3,"y":null}]}"#)
        let right = try JSON.parse(#"{"b":[1.0,{"y":null,"x":1000}],"a":1e3}"#)
        #expect(left.isEquivalent(to: right))
        #expect(left != right)
        for other in [
            #"{"a":1000,"b":[{"x":1000,"y":null},1]}"#, #"{"a":1000}"#,
            #"{"a":"1000","b":[1,{"x":1000,"y":null}]}"#,
            #"{"a":1000,"b":[1,{"x":1000,"z":null}]}"#, #"{"a":1000.01,"b":[1,{"x":1000,"y":null}]}"#,
            #"{"a":1000,"b":[1,{"x":1000,"y":null}],"c":1}"#, #"{"a":1000,"b":[1,{"x":1000,"y":false}]}"#,
        ] {
            #expect(try !left.isEquivalent(to: JSON.parse(other)))
            #expect(try !JSON.parse(other).isEquivalent(to: left))
        }
    }

    @Test("writes as JavaScript does: sorted at the top, indices first, raw UTF-8")
    func javaScript() throws {
        let value = try JSON.parse(
            #"{"b":1.0,"a":{"z":1,"c":2,"10":3,"9":4,"01":5,"4294967295":6},"é":"\u00e9/\u007f\u2028\u0001","A":[1e2],"2":0}"#
        )
        let object = #"{"9":4,"10":3,"z":1,"c":2,"01":5,"4294967295":6}"#
        let string = "\"é/\u{7F}\u{2028}\\u0001\""
        #expect(
            text(value.javaScript(sortedKeys: true))
                == #"{"2":0,"A":[100],"a":\#(object),"b":1,"é":\#(string)}"#)
        #expect(
            text(value.javaScript(sortedKeys: false))
                == #"{"2":0,"b":1,"a":\#(object),"é":\#(string),"A":[100]}"#)
    }

    @Test("sorts by UTF-16 code unit, not by scalar")
    func sorting() throws {
        // U+1F600 begins with the unit D83D, before U+FF21, though its scalar is greater.
        let value: JSON = ["\u{FF21}": 1, "\u{1F600}": 2, "a": 3, "B": 4, "": 5]
        #expect(
            text(value.javaScript(sortedKeys: true))
                == "{\"\":5,\"B\":4,\"a\":3,\"\u{1F600}\":2,\"\u{FF21}\":1}")
    }

    @Test("sorts ASCII by its bytes, and a key before those that begin with it")
    func sortingASCII() throws {
        let keys = (0..<128).map { String(Unicode.Scalar(UInt8($0))) }.filter { !("0"..."9").contains($0) }
        let longer =
            keys.map { $0 + "a" } + ["agent_order_no", "agent_order_no_longer", "Agent", "agent", ""]
        let expected = (keys + longer).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        var random = SeededGenerator()
        let value = JSON.object(JSONObject((keys + longer).shuffled(using: &random).map { ($0, 1) }))
        let written = try JSON.parse(value.javaScript(sortedKeys: true))
        #expect(written.objectValue?.keys == expected, "seed \(random.seed)")
    }

    @Test("escapes every control character, and only what must be")
    func escaping() throws {
        for code in UInt8(0)..<128 {
            let string = "x" + String(Unicode.Scalar(code)) + "y"
            let written = JSON.string(string).compact()
            #expect(try JSON.parse(written) == .string(string))
            #expect((written.count == 5) == (code >= 0x20 && code != 0x22 && code != 0x5C))
        }
        #expect(text(JSON.string("\u{1F}\u{0B}\n\"\\").compact()) == #""\u001f\u000b\n\"\\""#)
    }

    @Test("writes and reads what is special at any place in a text", arguments: 0...20)
    func places(place: Int) throws {
        for rest in 0...20 {
            for special in ["\"", "\\", "\u{0}", "\u{1F}", "\u{7F}", "é", "ก", "😀", "!", "#", "[", "]", " "] {
                let (before, after) = (
                    String(repeating: "a", count: place), String(repeating: "~", count: rest)
                )
                for string in [before + special + after, before + special + special + after] {
                    let written = JSON.string(string).compact()
                    #expect(try JSON.parse(written) == .string(string))
                    let escapes =
                        string.utf8.count { $0 == 0x22 || $0 == 0x5C } + 5 * string.utf8.count { $0 < 0x20 }
                    #expect(written.count == string.utf8.count + 2 + escapes)
                }
                let raw = Array(before.utf8) + Array(special.utf8) + Array(after.utf8) + [0x22]
                guard let byte = special.utf8.first, byte < 0x20 else { continue }
                #expect(throws: JSONError(offset: place + 1, reason: .controlCharacter)) {
                    try JSON.parse([0x22] + raw)
                }
            }
            let broken =
                [0x22] + [UInt8](repeating: 0x61, count: place) + [0xC3]
                + [UInt8](repeating: 0x62, count: rest)
            #expect(throws: JSONError(offset: 1, reason: .notUTF8)) { try JSON.parse(broken + [0x22]) }
            #expect(throws: JSONError(offset: broken.count, reason: .unexpectedEnd)) {
                try JSON.parse(broken)
            }
        }
    }

    @Test(
        "keys that only look alike are two keys, in objects of any size", arguments: [0, 1, 15, 16, 17, 40])
    func lookalikes(count: Int) throws {
        let filling = (0..<count).map { ("k\($0)", JSON.int(Int64($0))) }
        // Canonically equivalent, and of the same length.
        let (one, other) = ("e\u{302}\u{323}", "e\u{323}\u{302}")
        let object = JSONObject(filling + [(one, 1), (other, 2)])
        #expect(object.count == count + 2 && object[one] == 1 && object[other] == 2)
        #expect(try JSON.parse(JSON.object(object).compact()) == .object(object))
        let repeated = JSONObject([(one, 0)] + filling + [(one, 3)])
        #expect(repeated.count == count + 1 && repeated.members[0].value == 3)
    }

    @Test("the writer minds the commas")
    func writer() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("a", 1)
        writer.key("b")
        writer.beginArray()
        writer.int(UInt64.max)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.raw("{\"x\":1}".utf8)
        writer.null()
        writer.endArray()
        writer.member("c", true)
        writer.member("d", nil as String?)
        writer.member("e", "\"")
        writer.member("f", json: ["k": [1, "v"]])
        writer.endObject()
        #expect(
            text(writer.bytes)
                == #"{"a":1,"b":[18446744073709551615,{},[],{"x":1},null],"c":true,"d":null,"e":"\"","f":{"k":[1,"v"]}}"#
        )
    }

    @Test("reads one member of an object, up to there")
    func member() throws {
        let text = Array(#" {"a": {"b": 1}, "b": [2], "é": null, "b": 3, "#.utf8)
        #expect(try JSON.member("a", in: text) == ["b": 1])
        #expect(try JSON.member("b", in: text) == [2])
        #expect(try JSON.member("é", in: text) == .null)
        #expect(throws: JSONError.self) { try JSON.member("c", in: text) }
        #expect(try JSON.member("c", in: Array(#"{"a":1}"#.utf8)) == nil)
        #expect(try JSON.member("c", in: Array("{}".utf8)) == nil)
        for text in ["", "[]", "1", "{", #"{"a"}"#, #"{"b":1x}"#] {
            #expect(throws: JSONError.self) { try JSON.member("a", in: Array(text.utf8)) }
        }
        #expect(throws: JSONError(offset: 4, reason: .tooLarge)) {
            try JSON.member("a", in: Array(#"{"a":1}"#.utf8), limits: .init(bytes: 4))
        }
    }

    @Test("adds to bytes that are there")
    func appending() {
        var bytes = Array("x=".utf8)
        (["a": 1] as JSON).append(to: &bytes)
        JSON.string("b").append(to: &bytes)
        #expect(text(bytes) == #"x={"a":1}"b""#)
    }
}
