import Core
import Cryptography
import JSON
import TestSupport
import Testing

@testable import Connectors

@Suite("KHQR codes")
struct KHQRTests {
    /// Codes made by other programs: the national bank's kit in PHP, and the package bakong-khqr in Python.
    private func made(by file: String) throws -> [JSONObject] {
        try #require(try ConnectorsTests.vectors(file)["vectors"]?.arrayValue).compactMap(\.objectValue)
            .filter { $0["qr"]?.stringValue != nil }
    }

    private func code(
        _ amount: Money? = Money(minor: 1_00, .usd), name: String = "Sok Dara Shop"
    ) -> KHQRCode {
        KHQRCode(
            payee: .individual(account: "sok_dara@aclb", information: nil, bank: nil), amount: amount,
            currency: amount?.currency ?? .usd, merchantName: name, merchantCity: "Phnom Penh",
            validity: amount == nil
                ? nil
                : KHQRCode.Validity(
                    created: Timestamp(microseconds: 1_731_081_600_123_000),
                    expires: Timestamp(microseconds: 1_731_168_000_123_000)))
    }

    @Test("the national bank's own kit makes the same codes, byte for byte")
    func sameAsTheKit() throws {
        let vectors = try made(by: "khqr_php_sdk")
        #expect(vectors.count == 4)
        for vector in vectors {
            let text = try #require(vector["qr"]?.stringValue)
            let read = try KHQRCode(reading: text)
            #expect(try read.text() == text, "\(vector["name"]?.stringValue ?? "")")
            #expect(KHQRCode.md5(of: text) == vector["md5"]?.stringValue)
            let arguments = try #require(vector["args"]?.objectValue)
            #expect(read.merchantName == arguments["merchantName"]?.stringValue)
            #expect(read.billNumber == arguments["billNumber"]?.stringValue)
            #expect(read.localName?.name == arguments["merchantNameAlternateLanguage"]?.stringValue)
            let amount = arguments["amount"]?.numberText.flatMap { try? Money(decimal: $0, read.currency) }
            #expect(read.amount == (amount?.minor == 0 ? nil : amount))
        }
    }

    @Test("another program's codes are read, whatever order their tags have")
    func others() throws {
        let vectors = try made(by: "khqr_bakong_khqr")
        #expect(vectors.count >= 5)
        for vector in vectors {
            let text = try #require(vector["qr"]?.stringValue)
            let read = try KHQRCode(reading: text)
            #expect(read.merchantName == "Sok Dara Shop" && read.merchantCity == "Phnom Penh")
            #expect(KHQRCode.md5(of: text) == vector["md5"]?.stringValue)
            #expect(try KHQRCode(reading: read.text()) == read)
        }
    }

    @Test("an independent generator's codes, Khmer ones among them, are read as what it was asked for")
    func generator() throws {
        let vectors = try made(by: "khqr_pypi")
        #expect(vectors.count == 60)
        for vector in vectors {
            let text = try #require(vector["qr"]?.stringValue)
            let currency = try #require(vector["currency"]?.stringValue.flatMap(Currency.init(code:)))
            let minor = try #require(vector["minor"]?.int64)
            let moment = { (name: String) in
                vector[name]?.int64.map { Timestamp(microseconds: $0 * 1000) }
            }
            var code = KHQRCode(
                payee: .individual(
                    account: try #require(vector["account"]?.stringValue), information: nil, bank: nil),
                amount: minor == 0 ? nil : Money(minor: minor, currency), currency: currency,
                merchantName: try #require(vector["name"]?.stringValue),
                merchantCity: try #require(vector["city"]?.stringValue))
            if let created = moment("created"), let expires = moment("expires") {
                code.validity = KHQRCode.Validity(created: created, expires: expires)
            }
            code.billNumber = vector["bill"]?.stringValue
            code.mobileNumber = vector["mobile"]?.stringValue
            code.storeLabel = vector["store"]?.stringValue
            code.terminalLabel = vector["terminal"]?.stringValue
            #expect(try KHQRCode(reading: text) == code, "\(text)")
            #expect(KHQRCode.md5(of: text) == vector["md5"]?.stringValue)
        }
    }

    @Test("the documents' own sample is read")
    func sample() throws {
        let sample = try ConnectorsTests.vectors("khqr_seed_sample")
        let text = try #require(sample["qr"]?.stringValue)
        let read = try KHQRCode(reading: text)
        #expect(read.payee == .individual(account: "gg_hh_1980@amkb", information: nil, bank: nil))
        #expect(read.amount == Money(minor: 168_00, .usd) && read.purpose == "#hello")
        #expect(KHQRCode.md5(of: text) == sample["md5"]?.stringValue)
    }

    @Test("a code is built as the documents say, part by part")
    func parts() throws {
        let text = try code().text()
        #expect(
            text.dropLast(4)
                == "00020101021229170013sok_dara@aclb520459995303840540115802KH5913Sok Dara Shop6010Phnom Penh9934001317310816001230113173116800012363"
                + "04")
        var merchant = code(Money(minor: 10_000, .khr))
        merchant.payee = .merchant(account: "sok_dara@aclb", id: "123456", bank: "ACLEDA Bank Plc")
        merchant.billNumber = "INV-0001"
        let other = try merchant.text()
        #expect(other.contains("30460013sok_dara@aclb01061234560215ACLEDA Bank Plc"))
        #expect(other.contains("530311654051000058") && other.contains("62120108INV-0001"))
    }

    @Test(
        "an amount is written as the national bank writes it",
        arguments: [
            (Money(minor: 50, .usd), "54040.50"), (Money(minor: 1_00, .usd), "54011"),
            (Money(minor: 9_99, .usd), "54049.99"), (Money(minor: 12_30, .usd), "540512.30"),
            (Money(minor: 1, .usd), "54040.01"), (Money(minor: 100, .khr), "5403100"),
            (Money(minor: 1_000_000_00, .usd), "54071000000"),
        ])
    func amounts(amount: Money, part: String) throws {
        let text = try code(amount).text()
        #expect(text.contains(part + "5802KH"), "\(text)")
        #expect(try KHQRCode(reading: text).amount == amount)
    }

    @Test("a static code has no amount and no end")
    func staticCode() throws {
        let text = try code(nil).text()
        #expect(text.contains("010211") && !text.contains("9934"))
        let read = try KHQRCode(reading: text)
        #expect(read.amount == nil && read.validity == nil)
    }

    @Test("lengths count characters, and the checksum bytes")
    func khmer() throws {
        var code = code(name: "ហាងកាហ្វេ")
        code.localName = KHQRCode.LocalName(language: "km", name: "ហាង", city: "ភ្នំពេញ")
        let text = try code.text()
        #expect(text.contains("5909ហាងកាហ្វេ") && text.contains("64240002km0103ហាង0207ភ្នំពេញ"))
        #expect(try KHQRCode(reading: text) == code)
    }

    @Test("what does not fit is refused, by tag")
    func misfits() {
        let long = String(repeating: "x", count: 33)
        var cases: [(KHQRCode, String)] = []
        func add(_ tag: String, _ change: (inout KHQRCode) -> Void) {
            var code = code()
            change(&code)
            cases.append((code, tag))
        }
        add("59") { $0.merchantName = "" }
        add("59") { $0.merchantName = String(repeating: "x", count: 26) }
        add("59") { $0.merchantName = "a\nb" }
        add("59") { $0.merchantName = "shop 🙂" }
        add("60") { $0.merchantCity = String(repeating: "x", count: 16) }
        add("29.00") { $0.payee = .individual(account: long, information: nil, bank: nil) }
        add("29.02") { $0.payee = .individual(account: "a@b", information: nil, bank: long) }
        add("30.01") { $0.payee = .merchant(account: "a@b", id: long, bank: "B") }
        add("62.01") { $0.billNumber = String(repeating: "x", count: 26) }
        add("62") {
            $0.billNumber = String(repeating: "x", count: 25)
            $0.storeLabel = String(repeating: "x", count: 25)
            $0.terminalLabel = String(repeating: "x", count: 25)
            $0.purpose = String(repeating: "x", count: 25)
        }
        add("54") { $0.amount = Money(minor: 0, .usd) }
        add("54") { $0.amount = nil }
        add("54") { $0.amount = Money(minor: 1, .khr) }
        add("53") {
            $0.amount = Money(minor: 1, .thb)
            $0.currency = .thb
        }
        add("52") { $0.categoryCode = "59999" }
        add("99.01") { $0.validity?.expires = Timestamp(microseconds: 0) }
        for (code, tag) in cases {
            let misfit = #expect(throws: KHQRCode.Misfit.self) { try code.text() }
            #expect(misfit?.tag == tag)
        }
    }

    @Test("a code that one letter was changed in is none")
    func damage() throws {
        let text = try code().text()
        for index in text.indices {
            var broken = text
            broken.replaceSubrange(index...index, with: text[index] == "7" ? "8" : "7")
            #expect(throws: KHQRCode.Misfit.self) { try KHQRCode(reading: broken) }
        }
        for count in 0..<text.count {
            #expect(throws: KHQRCode.Misfit.self) { try KHQRCode(reading: String(text.prefix(count))) }
        }
    }

    @Test("what the rules do not allow is told, by tag")
    func broken() throws {
        let sum = { (body: String) in
            let text = body + "6304"
            let digits = String(EMVCode.checksum(text.utf8), radix: 16, uppercase: true)
            return text + String(repeating: "0", count: 4 - digits.count) + digits
        }
        let head = "00020101021129070003a@b"
        let tail = "520459995303840540115802KH5901S6001P"
        #expect(throws: Never.self) { try KHQRCode(reading: sum(head + tail)) }
        for (body, tag) in [
            (head + tail.replacing("5303840", with: ""), "53"),
            (head + tail.replacing("5303840", with: "5303764"), "53"),
            (head + tail.replacing("54011", with: "5403abc"), "54"),
            (head + tail.replacing("54011", with: "54051.234"), "54"),
            (head + tail.replacing("5802KH", with: "5802TH"), "58"), (head + tail + "5901S", "59"),
            (head + "30070003a@b" + tail, "29"), (head + "30200003a@b0101x0204Bank" + tail, "29"),
            ("000201010211" + tail, "29"), ("0002020102112907" + "0003a@b" + tail, "00"),
            (head + tail.replacing("5901S", with: "5900"), "59"),
            (head + tail.replacing("5901S", with: "5926" + String(repeating: "S", count: 26)), "59"),
            (head + tail.replacing("6001P", with: "6016" + String(repeating: "P", count: 16)), "60"),
            (head + tail.replacing("5901S", with: "5902S\n"), "59"),
            (head + tail.replacing("52045999", with: "520459a9"), "52"),
            (head + tail.replacing("52045999", with: "5203599"), "52"),
            (head + tail.replacing("54011", with: "54031E3"), "54"),
            (head + tail.replacing("54011", with: "5402-1"), "54"),
            (head + tail + "62300126" + String(repeating: "x", count: 26), "62.01"),
            (head + tail + "99340013+17900000000001131790000600000", "99.00"),
            (head + tail + "993400131790000600000" + "01131790000600000", "99.01"),
        ] {
            let misfit = #expect(throws: KHQRCode.Misfit.self) { try KHQRCode(reading: sum(body)) }
            #expect(misfit?.tag == tag, "\(body)")
        }
    }

    @Test("a checksum has digits and no sign")
    func sign() throws {
        let codes = try (1...200).map { try code(Money(minor: $0, .khr)).text() }
        let sound = try #require(codes.first { $0.dropLast(3).hasSuffix("0") })
        #expect(throws: KHQRCode.Misfit.self) {
            try KHQRCode(reading: sound.dropLast(4) + "+" + sound.suffix(3))
        }
    }

    @Test("any code that can be made is read as it was")
    func roundTrip() throws {
        var chance = SeededGenerator()
        let letters = Array("abc XYZ09-_/&'ភ្នំហាង")
        func word(_ most: Int, using chance: inout SeededGenerator) -> String {
            var text = ""
            for _ in 0..<Int.random(in: 1...most, using: &chance) {
                text.append(letters.randomElement(using: &chance) ?? "a")
            }
            return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most)))
        }
        for _ in 0..<2000 {
            let currency: Currency = Bool.random(using: &chance) ? .usd : .khr
            let isDynamic = Bool.random(using: &chance)
            var code = KHQRCode(
                payee: Bool.random(using: &chance)
                    ? .individual(
                        account: word(32, using: &chance), information: nil, bank: word(20, using: &chance))
                    : .merchant(
                        account: word(32, using: &chance), id: word(20, using: &chance),
                        bank: word(20, using: &chance)),
                amount: isDynamic || Bool.random(using: &chance)
                    ? Money(minor: .random(in: 1...1_000_000_000, using: &chance), currency) : nil,
                currency: currency, merchantName: word(25, using: &chance),
                merchantCity: word(15, using: &chance))
            if isDynamic {
                let created = Int64.random(in: 1_600_000_000_000...1_900_000_000_000, using: &chance)
                code.validity = KHQRCode.Validity(
                    created: Timestamp(microseconds: created * 1000),
                    expires: Timestamp(
                        microseconds: (created + .random(in: 1...86_400_000, using: &chance)) * 1000))
            }
            if Bool.random(using: &chance) { code.billNumber = word(20, using: &chance) }
            if Bool.random(using: &chance) { code.purpose = word(20, using: &chance) }
            let text = try code.text()
            #expect(try KHQRCode(reading: text) == code, "seed \(chance.seed): \(text)")
        }
    }
}
