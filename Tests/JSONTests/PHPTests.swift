import Foundation
import TestSupport
import Testing

@testable import JSON

/// Against files that PHP 8.2 made: see each file's `generated_by`.
@Suite("JSON as PHP writes it")
struct PHPTests {
    private func vectors(_ name: String) throws -> JSON {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/\(name).json")
        return try JSON.parse([UInt8](Data(contentsOf: file)))
    }

    /// As PHP reads.
    private func parse(_ text: String) throws -> JSON { try JSON.parse(text, duplicates: .lastWins) }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test("signed content of the RSA2 vectors, byte for byte")
    func signedContent() throws {
        let cases = try #require(try vectors("kess_rsa2_php")["cases"]?.arrayValue)
        #expect(cases.count == 13)
        for vector in cases {
            let message = try parse(try #require(vector["raw_request_json"]?.stringValue))
            let signed = try #require(message.objectValue).removing("sign", "sign_type")
            let written = JSON.object(signed).php()
            #expect(text(written) == vector["php_json_encode"]?.stringValue, "\(vector["name"] ?? .null)")
            let hex = written?.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
            #expect(hex == vector["php_json_encode_hex"]?.stringValue)
        }
    }

    @Test("the RSA2 vectors' floats")
    func floats() throws {
        let rows = try #require(try vectors("kess_rsa2_php")["float_encoding"]?.arrayValue)
        #expect(rows.count == 10)
        for row in rows {
            var literal = try #require(row["literal"]?.stringValue)
            // PHP source, and this one is a sum.
            if literal == "0.1+0.2" { literal = "\(0.1 + 0.2)" }
            #expect(text(try parse(literal).php()) == row["json_encode"]?.stringValue, "\(literal)")
        }
    }

    @Test("edges of what PHP reads and writes")
    func edges() throws {
        let rows = try #require(try vectors("php_json_edge")["rows"]?.arrayValue)
        #expect(rows.count == 11)
        for row in rows {
            let input = try #require(row["input"]?.stringValue)
            #expect(text(try parse(input).php()) == row["json_encode"]?.stringValue, "\(input)")
        }
    }

    @Test("floats by their bits")
    func fuzzedFloats() throws {
        let rows = try #require(try vectors("php_float_fuzz_2000")["rows"]?.arrayValue)
        #expect(rows.count == 200)
        for row in rows {
            let bits = try #require(row[0]?.stringValue.flatMap { UInt64($0, radix: 16) })
            let number = try #require(JSONNumber(text: Double(bitPattern: bits).description))
            #expect(number.php(.shortest) == row[1]?.stringValue, "\(number.text)")
        }
    }

    /// Run with PHP 8.2: `json_encode(json_decode($text, true))`.
    @Test(
        "what the files leave out",
        arguments: [
            ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9.223372036854776e+18"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("-9223372036854775809", "-9.223372036854776e+18"), ("-0e1", "-0"), ("1e-400", "0"),
            ("-1e-400", "-0"), ("1e16", "10000000000000000"), ("1e17", "1.0e+17"),
            ("99999999999999999", "99999999999999999"), ("99999999999999999.0", "1.0e+17"),
            ("5.684341886080801e-14", "5.684341886080801e-14"), (#"{"0":1,"0":2}"#, "[2]"),
            (#"{"1":1,"0":2}"#, #"{"1":1,"0":2}"#), (#"{"00":1}"#, #"{"00":1}"#),
            (#"{"-0":1}"#, #"{"-0":1}"#), (#"{"0":1,"1":2,"0":3}"#, "[3,2]"),
            (#"{"0":1,"2":2,"1":3}"#, #"{"0":1,"2":2,"1":3}"#), (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
            (#"{"a\u0000b":1}"#, #"{"a\u0000b":1}"#), (#"{"0":{},"1":[]}"#, "[[],[]]"),
            (#"{"/é":"/"}"#, #"{"\/\u00e9":"\/"}"#),
            ("\"\u{1F}\u{7F}\"".replacing("\u{1F}", with: #"\u001f"#), "\"\\u001f\u{7F}\""),
        ])
    func others(_ input: String, expected: String) throws {
        #expect(text(try parse(input).php()) == expected)
    }

    /// Run with PHP 8.2 and `serialize_precision=17`.
    @Test(
        "seventeen digits",
        arguments: [
            ("0.1", "0.10000000000000001"), ("1e15", "1000000000000000"), ("1e17", "1.0e+17"),
            ("100000.1", "100000.10000000001"), ("5e-324", "4.9406564584124654e-324"), ("0.50", "0.5"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"), ("2.5e-5", "2.5000000000000001e-5"),
            ("0.00012345", "0.00012344999999999999"), ("123456789012345678901", "1.2345678901234568e+20"),
            ("-0.0", "-0"), ("-0", "0"), ("7", "7"), ("-1.5", "-1.5"), ("1e400", nil),
        ] as [(String, String?)])
    func seventeen(_ input: String, expected: String?) throws {
        #expect(text(try parse(input).php(serializePrecision: .seventeen)) == expected)
    }

    @Test("a number past the greatest float has no form, however deep it stands")
    func infinities() throws {
        for input in ["1e309", "-1e309", "[1e309]", #"{"a":[{"b":-1e400}]}"#] {
            #expect(try parse(input).php() == nil, "\(input)")
        }
    }

    @Test("exact digits round as the C library rounds them")
    func exactDigits() {
        var random = SeededGenerator()
        let seed = random.seed
        for turn in 0..<3000 {
            // Half of them with few bits, so that ties and short expansions come up too.
            let bits = turn.isMultiple(of: 2) ? random.next() : random.next() & 0x43FF_FFFF_FFF0_0000
            let value = Double(bitPattern: bits).magnitude
            guard value.isFinite, value > 0 else { continue }
            let count = Int.random(in: 1...17, using: &random)
            let decimal = ExactDecimal(value).rounded(toDigits: count)
            let parts = String(format: "%.\(count - 1)e", value).split(separator: "e")
            var digits = parts[0].filter { $0 != "." }
            while digits.hasSuffix("0") { digits.removeLast() }
            #expect(String(decoding: decimal.digits, as: UTF8.self) == digits, "\(value) seed \(seed)")
            #expect(decimal.point - 1 == Int(parts[1]), "\(value) seed \(seed)")
        }
    }

    @Test("what PHP cannot read the reader refuses, repeated keys or not")
    func unreadable() {
        let texts: [[UInt8]] = [
            Array(#""\ud83d""#.utf8), Array(#""\udc00""#.utf8), [0x22, 0x01, 0x22], [0x22, 0xFF, 0x22],
            [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], Array("TRUE".utf8), Array("[1,]".utf8),
        ]
        for text in texts {
            #expect(throws: JSONError.self, "\(text)") { try JSON.parse(text, duplicates: .lastWins) }
        }
    }
}
