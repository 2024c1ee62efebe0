import Postgres
import Testing

@Suite("Values")
struct ValueTests {
    static let texts = [
        "", "a", "ไทย ខ្មែរ 🇰🇪", "quote ' \" \\ back", "{1,2}", "NULL", "line\nfeed\u{1}",
        String(repeating: "é", count: 70_000),
    ]

    @Test("text comes back as it went", arguments: texts)
    func text(_ text: String) async throws {
        try await withPool(connections: 1) { pool async throws in
            let rows = try await pool.query(Statement("text", "SELECT $1::text AS t"), [.text(text)])
            #expect(try rows[0].text("t") == text)
            #expect(try rows[0].textIfPresent(0) == text)
        }
    }

    @Test(
        "an integer comes back as it went",
        arguments: [Int64.min, -1, 0, 1, 9, 10, 1_234_567_890_123, Int64.max])
    func int(_ int: Int64) async throws {
        try await withPool(connections: 1) { pool async throws in
            let rows = try await pool.query(Statement("int", "SELECT $1::bigint AS i"), [.int(int)])
            #expect(try rows[0].int("i") == int)
        }
    }

    @Test(
        "a timestamp comes back to the microsecond",
        arguments: [
            Int64(0), 1, -1, 1_795_334_400_123_456, 946_684_800_000_000, -62_135_596_800_000_000,
            253_402_300_799_999_999,
        ])
    func timestamp(_ microseconds: Int64) async throws {
        try await withPool(connections: 1) { pool async throws in
            let rows = try await pool.query(
                Statement(
                    "timestamp",
                    "SELECT $1::timestamptz AS t, (extract(epoch FROM $1::timestamptz) * 1e6)::bigint AS m"
                ),
                [.timestamp(microseconds: microseconds)])
            #expect(try rows[0].timestamp("t") == microseconds)
            #expect(try rows[0].int("m") == microseconds)
        }
    }

    @Test(
        "a timestamp out of PostgreSQL's range is refused",
        arguments: [
            Int64.min, Int64.min + 946_684_800_000_000,
        ])
    func timestampOutOfRange(_ microseconds: Int64) async throws {
        try await withPool(connections: 1) { pool async throws in
            let error = await failure {
                try await pool.query(
                    Statement("far", "SELECT $1::timestamptz"), [.timestamp(microseconds: microseconds)])
            }
            #expect(error?.sqlState == "22008")
        }
    }

    @Test("bytes, also none and NUL, come back as they went")
    func bytes() async throws {
        try await withPool(connections: 1) { pool async throws in
            for bytes in [[], [0], Array(0...255), [UInt8](repeating: 0xff, count: 300_000)] {
                let rows = try await pool.query(Statement("bytes", "SELECT $1::bytea AS b"), [.bytes(bytes)])
                #expect(try rows[0].bytes("b") == bytes)
            }
        }
    }

    @Test("booleans, UUIDs, JSON and NULL come back as they went")
    func others() async throws {
        try await withPool(connections: 1) { pool async throws in
            let rows = try await pool.query(
                Statement(
                    "others",
                    """
                    SELECT $1::boolean AS yes, $2::boolean AS no, $3::uuid AS id, $3::uuid::text AS id_text, \
                    $4::jsonb AS jsonb, $8::json AS json, $5::text AS nothing, \
                    $6::smallint AS small, $7::int AS four, \
                    1.5::float8 AS eight, 0.5::real AS real
                    """),
                [
                    true, false, .uuid(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210),
                    .json(Array(#"{"b": [1, "é"], "a": null}"#.utf8)), nil, -32768, 2_147_483_647,
                    .json(Array(#"{"b": [1, "é"], "a": null}"#.utf8)),
                ])
            let row = try #require(rows.first)
            #expect(try row.bool("yes"))
            #expect(try !row.bool("no"))
            #expect(try row.uuid("id") == (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210))
            #expect(try row.text("id_text") == "01234567-89ab-cdef-fedc-ba9876543210")
            #expect(try row.json("jsonb") == Array(#"{"a": null, "b": [1, "é"]}"#.utf8))
            #expect(try row.text("jsonb") == #"{"a": null, "b": [1, "é"]}"#)
            #expect(try row.json("json") == Array(#"{"b": [1, "é"], "a": null}"#.utf8))
            #expect(try row.isNull("nothing"))
            #expect(try row.textIfPresent("nothing") == nil)
            #expect(try row.int("small") == -32768)
            #expect(try row.int("four") == 2_147_483_647)
            #expect(try row.double("eight") == 1.5)
            #expect(try row.double("real") == 0.5)
        }
    }

    @Test("arrays come back as they went")
    func arrays() async throws {
        try await withPool(connections: 1) { pool async throws in
            for texts in [[], [""], ["a,b", "{}", "\"", "\\", "NULL", " ", "ไทย"]] {
                let uuids = texts.indices.map { (high: UInt64($0) << 60, low: UInt64.max - UInt64($0)) }
                let ints: [Int64] = texts.isEmpty ? [] : [Int64.min, 0, Int64.max]
                let rows = try await pool.query(
                    Statement("arrays", "SELECT $1::text[] AS t, $2::bigint[] AS i, $3::uuid[] AS u"),
                    [.textArray(texts), .intArray(ints), .uuidArray(uuids)])
                #expect(try rows[0].textArray("t") == texts)
                #expect(try rows[0].intArray("i") == ints)
                let back = try rows[0].uuidArray("u")
                #expect(back.map(\.high) == uuids.map(\.high))
                #expect(back.map(\.low) == uuids.map(\.low))
            }
        }
    }

    @Test(
        "NUL in text is refused before anything is sent",
        arguments: [
            Value.text("a\0b"), .json([0x22, 0, 0x22]), .textArray(["a\0"]),
        ])
    func nul(_ value: Value) async throws {
        try await withPool(connections: 1) { pool async throws in
            let error = await failure { try await pool.query(Statement("nul", "SELECT $1::text"), [value]) }
            #expect(error?.sqlState == "22021")
            #expect(error?.mayHaveCommitted == false)
            let rows = try await pool.query(Statement("after", "SELECT 1"))
            #expect(rows.count == 1)
        }
    }

    @Test("invalid UTF-8 in JSON is refused by the server alone")
    func invalidText() async throws {
        try await withPool(connections: 1) { pool async throws in
            let error = await failure {
                try await pool.query(Statement("utf8", "SELECT $1::jsonb"), [.json([0x22, 0xff, 0x22])])
            }
            #expect(error?.sqlState == "22021")
        }
    }

    @Test("a wrong type, a missing column and NULL are told apart from data")
    func decoding() async throws {
        try await withPool(connections: 1) { pool async throws in
            let rows = try await pool.query(
                Statement(
                    "typed",
                    "SELECT 'secret'::text AS t, 1 AS i, NULL::text AS n, ARRAY[1,NULL] AS a, 1.5 AS numeric")
            )
            let row = try #require(rows.first)
            for column in ["i", "a", "numeric", "absent", "n", "T"] {
                let error = await failure { try row.text(column) }
                #expect(error?.kind == .decoding)
            }
            for error in [await failure { try row.int("t") }, await failure { try row.uuid("t") }] {
                #expect(error?.kind == .decoding)
                #expect(error?.description.contains("secret") == false)
            }
            #expect(await failure { try row.text(5) }?.kind == .decoding)
            #expect(await failure { try row.text(-1) }?.kind == .decoding)
            #expect(await failure { try row.intArray("a") }?.kind == .decoding)
        }
    }

    @Test("errors never carry the values that caused them")
    func redaction() async throws {
        try await withPool(connections: 1) { pool async throws in
            let table = uniqueName("redaction")
            _ = try await pool.query(
                Statement(
                    "make",
                    "CREATE TABLE \(table) (a text CONSTRAINT \(table)_key UNIQUE, CHECK (length(a) > 3))"))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1)")
            _ = try await pool.query(insert, ["hunter2"])
            let twice = await failure { try await pool.query(insert, ["hunter2"]) }
            #expect(twice?.isUniqueViolation == true)
            #expect(twice?.constraint == "\(table)_key")
            #expect(twice?.description.contains("hunter2") == false)
            let number = await failure {
                try await pool.query(Statement("n", "SELECT $1::bigint"), ["hunter2"])
            }
            #expect(number?.sqlState == "22P02")
            #expect(number?.description.contains("hunter2") == false)
            let short = await failure { try await pool.query(insert, ["hu2"]) }
            #expect(short?.sqlState == "23514")
            #expect(short?.description.contains("hu2") == false)
        }
    }
}
