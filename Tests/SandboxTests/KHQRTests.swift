import Testing

@testable import sandbox

/// A code made from its tags, for what no honest program makes.
struct KHQRDraft {
    var fields: [(tag: String, value: String)] = [
        ("00", "01"), ("01", "12"), ("29", "0018causeway_demo@devb"), ("52", "5999"), ("53", "840"),
        ("54", "9.99"),
        ("58", "KH"), ("59", "Causeway Demo"), ("60", "Phnom Penh"), ("62", "0105INV-1"),
        ("99", "001317310816001230113345908160012" + "3"),
    ]

    /// With values replaced, tags left out where the value is nil, and new ones at the end.
    func with(_ changes: [(String, String?)]) -> KHQRDraft {
        var draft = self
        for (tag, value) in changes {
            let index = draft.fields.firstIndex { $0.tag == tag }
            switch (index, value) {
            case (let index?, let value?): draft.fields[index].value = value
            case (let index?, nil): draft.fields.remove(at: index)
            case (nil, let value?): draft.fields.append((tag, value))
            case (nil, nil): break
            }
        }
        return draft
    }

    func inserting(_ tag: String, _ value: String, after: String) -> KHQRDraft {
        var draft = self
        let index = draft.fields.firstIndex { $0.tag == after } ?? 0
        draft.fields.insert((tag, value), at: index + 1)
        return draft
    }

    static func field(_ tag: String, _ value: String) -> String {
        tag + padded(Int64(value.unicodeScalars.count), to: 2) + value
    }

    var text: String {
        let payload = fields.map(Self.field).joined() + "6304"
        return payload + PromptPay.checksum(payload)
    }
}

@Suite("The sandbox's reading of KHQR codes")
struct KHQRTests {
    /// A code of the Python program, by the name of its case.
    static func python(_ name: String) throws -> (qr: String, md5: String, args: JSONObject) {
        let vectors = try unwrap(try Fixture.json("khqr_python")["vectors"]?.array).compactMap(\.object)
        let vector = try unwrap(vectors.first { $0["name"]?.string == name })
        return (
            try unwrap(vector["qr"]?.string), try unwrap(vector["md5"]?.string),
            try unwrap(vector["args"]?.object)
        )
    }

    @Test(
        "reads what an independent program writes, and names it by the same MD5",
        arguments: [
            "usd", "usd_whole", "usd_one_decimal", "khr", "khr_large", "no_bill", "khmer_name", "stranger",
            "nobody",
            "expired", "static",
        ])
    func python(name: String) throws {
        let (qr, md5, args) = try Self.python(name)
        let code = try KHQRReader.read(qr)
        #expect(code.md5 == md5)
        #expect(code.accountID == args["account_id"]?.string)
        #expect(code.currency == args["currency"]?.string)
        #expect(code.bill == args["bill_number"]?.string)
        #expect(code.reference == args["bill_number"]?.string ?? md5)
        #expect(code.isDynamic == (name != "static"))
        let amount = try unwrap(args["amount"]?.numberText.flatMap(Amount.init(number:)))
        #expect((code.amount ?? Amount(minor: 0)) == amount)
    }

    @Test("reads what a port of the national bank's library writes, merchants and Khmer among it")
    func php() throws {
        let vectors = try unwrap(try Fixture.json("khqr_php_sdk")["vectors"]?.array).compactMap(\.object)
        let written = vectors.filter { $0["qr"] != nil }
        #expect(written.count == 4)
        for vector in written {
            let code = try KHQRReader.read(try unwrap(vector["qr"]?.string))
            let args = try unwrap(vector["args"]?.object)
            #expect(code.md5 == vector["md5"]?.string)
            #expect(code.kind == (vector["kind"]?.string == "merchant" ? .merchant : .individual))
            #expect(code.accountID == args["bakongAccountID"]?.string)
            #expect(code.merchantID == args["merchantID"]?.string)
            #expect(code.acquiringBank == args["acquiringBank"]?.string)
            #expect(code.bill == args["billNumber"]?.string)
            #expect(code.purpose == args["purposeOfTransaction"]?.string)
            #expect(code.expiresAt == Moment(milliseconds: 4_102_444_800_000))
        }
    }

    @Test("reads the documents' sample, which is older than expiries")
    func sample() throws {
        let code = try KHQRReader.read(
            "00020101021229190015gg_hh_1980@amkb52045999530384054031685802KH5905Gg Hh6010Phnom Penh62100806#hello630498B8"
        )
        #expect(code.md5 == "c16c64af655f344c69ef3bbf04bc1a5d")
        #expect(code.amount == Amount(minor: 16_800))
        #expect(throws: KHQRReader.Failure.self) { try code.checkExpiry(at: .now, mayBeLate: true) }
    }

    @Test("refuses a code with any one character changed, left out or doubled")
    func damage() throws {
        let text = Array(try Self.python("khmer_name").qr.unicodeScalars)
        func refuses(_ scalars: [Unicode.Scalar]) -> Bool {
            (try? KHQRReader.read(String(scalars.map(Character.init)))) == nil
        }
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == "1" ? "2" : "1"
            #expect(refuses(changed), "changed at \(index)")
            changed = text
            changed.remove(at: index)
            #expect(refuses(changed), "left out at \(index)")
            changed = text
            changed.insert(text[index], at: index)
            #expect(refuses(changed), "doubled at \(index)")
        }
    }

    @Test(
        "names the tag that is wrong, though the checksum is right",
        arguments: [
            ("00", [("00", "02")]), ("00", [("00", nil)]), ("01", [("01", "13")]), ("01", [("01", nil)]),
            ("29", [("29", nil)]), ("29/00", [("29", "0007nowhere")]), ("29/00", [("29", "0103abc")]),
            ("29/00", [("29", "0033causeway_demo_causeway_demo_@devb")]), ("29/00", [("29", "0099a@b")]),
            ("29/02", [("29", "0018causeway_demo@devb0233" + String(repeating: "x", count: 33))]),
            ("29/07", [("29", "0018causeway_demo@devb0701x")]), ("52", [("52", "599")]),
            ("52", [("52", nil)]),
            ("53", [("53", "764")]), ("53", [("53", nil)]), ("54", [("54", nil)]), ("54", [("54", "0")]),
            ("54", [("54", "1.005")]), ("54", [("54", "01")]), ("54", [("54", "1,5")]),
            ("54", [("54", "-1")]),
            ("54", [("54", "1e3")]), ("54", [("53", "116"), ("54", "100.5")]),
            ("54", [("53", "116"), ("54", "1.00")]),
            ("54", [("54", "12345678901.00")]), ("54", [("01", "11")]), ("58", [("58", "TH")]),
            ("58", [("58", nil)]),
            ("59", [("59", nil)]), ("59", [("59", String(repeating: "n", count: 26))]), ("60", [("60", nil)]),
            ("60", [("60", "Phnom Penh City.")]), ("59", [("59", "A\nB")]),
            ("62/01", [("62", "0126" + String(repeating: "b", count: 26))]),
            ("62/01", [("62", "0102A10102A2")]),
            ("62/01", [("62", "0304Shop0106INV-10")]), ("62/01", [("62", "0105INV")]),
            ("62", [("62", "xx05INV-1")]),
            ("99/00", [("99", "011317310816001" + "23")]),
            ("99/00", [("99", "00121731081600120113345908160012" + "3")]),
            ("99/01", [("99", "0013173108160012301131731081600123")]), ("80", [("80", "0001x")]),
        ] as [(String, [(String, String?)])])
    func wrongTag(tag: String, changes: [(String, String?)]) {
        let text = KHQRDraft().with(changes).text
        do {
            _ = try KHQRReader.read(text)
            Issue.record("read \(text)")
        } catch {
            #expect(error.tag == tag, "\(error)")
        }
    }

    @Test("refuses both kinds of receiver in one code, a tag twice, and tags out of order")
    func structure() throws {
        let merchant = "0018causeway_demo@devb0106123456" + "0208Dev Bank"
        let tags = [
            KHQRDraft().inserting("30", merchant, after: "29"),
            KHQRDraft().inserting("53", "840", after: "53"),
            KHQRDraft().inserting("58", "KH", after: "60"),
        ].map { draft in
            do throws(KHQRReader.Failure) {
                _ = try KHQRReader.read(draft.text)
                return "read"
            } catch {
                return error.tag
            }
        }
        #expect(tags == ["30", "53", "58"])
        let failure = #expect(throws: KHQRReader.Failure.self) {
            try KHQRReader.read(try Self.python("out_of_order").qr)
        }
        #expect(failure?.tag == "62/01")
    }

    @Test("counts the characters of a name, not its bytes")
    func characters() throws {
        let khmer = String(repeating: "ក", count: 25)
        #expect(try KHQRReader.read(KHQRDraft().with([("59", khmer)]).text).accountID == "causeway_demo@devb")
        #expect(throws: KHQRReader.Failure.self) {
            try KHQRReader.read(KHQRDraft().with([("59", khmer + "ក")]).text)
        }
    }

    @Test(
        "takes no text that is not a code",
        arguments: [
            "", "hello", "00020101021229370016A0000006", String(repeating: "0", count: 5_000),
            "\u{0}\u{0}\u{0}",
        ])
    func noise(text: String) {
        #expect(throws: KHQRReader.Failure.self) { try KHQRReader.read(text) }
    }
}
