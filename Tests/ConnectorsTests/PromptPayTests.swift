import Core
import JSON
import TestSupport
import Testing

@testable import Connectors

@Suite("PromptPay codes")
struct PromptPayTests {
    private func payloads() throws -> [(text: String, minor: Int64)] {
        try #require(try vectors("promptpay")["vectors"]?.arrayValue).map { vector in
            let amount = try Money(decimal: #require(vector["amount"]?.numberText), .thb)
            return (try #require(vector["payload"]?.stringValue), amount.minor)
        }
    }

    @Test("the vectors are read, with their amounts")
    func vectorAmounts() throws {
        let payloads = try payloads()
        #expect(payloads.count == 6)
        for (text, minor) in payloads {
            let code = try #require(PromptPayCode(text), "\(text)")
            #expect(code.amount == (minor == 0 ? nil : Money(minor: minor, .thb)))
        }
    }

    @Test("no changed, lost or added character passes the checksum")
    func mutations() throws {
        for (text, _) in try payloads() {
            let bytes = Array(text.utf8)
            for place in bytes.indices {
                for digit in "0123456789AFZ".utf8 where digit != bytes[place] {
                    var altered = bytes
                    altered[place] = digit
                    #expect(PromptPayCode(String(decoding: altered, as: UTF8.self)) == nil)
                }
                var shorter = bytes
                shorter.remove(at: place)
                #expect(PromptPayCode(String(decoding: shorter, as: UTF8.self)) == nil)
                var longer = bytes
                longer.insert(0x30, at: place)
                #expect(PromptPayCode(String(decoding: longer, as: UTF8.self)) == nil)
            }
        }
    }

    private func code(_ elements: [(String, String)]) -> String {
        var text = ""
        for (tag, value) in elements {
            text += tag + (value.count < 10 ? "0" : "") + "\(value.count)" + value
        }
        text += "6304"
        let hex = String(EMVCode.checksum(text.utf8), radix: 16, uppercase: true)
        return text + String(repeating: "0", count: 4 - hex.count) + hex
    }

    private static let payee = ("29", "0016A00000067701011101130066812345678")

    @Test("tags may stand in any order; a biller is a payee too")
    func orders() {
        let any = code([("58", "TH"), ("54", "1.00"), Self.payee, ("53", "764"), ("01", "12"), ("00", "01")])
        #expect(PromptPayCode(any)?.amount == Money(minor: 100, .thb))
        let biller = "0016A0000006770101120115010555555555501" + "0203REF"
        #expect(
            PromptPayCode(code([("00", "01"), ("30", biller), ("53", "764"), ("54", "5"), ("58", "TH")]))
                != nil)
    }

    @Test(
        "sound checksums over wrong content are refused",
        arguments: [
            [("00", "02"), payee, ("53", "764"), ("58", "TH")],
            [("00", "01"), payee, ("53", "840"), ("58", "TH")],
            [("00", "01"), payee, ("53", "764"), ("58", "KH")], [("00", "01"), ("53", "764"), ("58", "TH")],
            [("00", "01"), payee, ("53", "764"), ("58", "TH"), ("54", "0.00")],
            [("00", "01"), payee, ("53", "764"), ("58", "TH"), ("54", "-1")],
            [("00", "01"), payee, ("53", "764"), ("58", "TH"), ("54", "1,000")],
            [("00", "01"), payee, ("53", "764"), ("58", "TH"), ("54", "1.001")],
            [("00", "01"), ("01", "13"), payee, ("53", "764"), ("58", "TH")],
            [("00", "01"), payee, payee, ("53", "764"), ("58", "TH")],
            [("00", "01"), ("29", "0016A00000067701011101130812345678000"), ("53", "764"), ("58", "TH")],
            [("00", "01"), ("29", "0016A00000067701099901130066812345678"), ("53", "764"), ("58", "TH")],
            [("00", "01"), ("29", "00"), ("53", "764"), ("58", "TH")], [],
        ])
    func wrongContent(elements: [(String, String)]) {
        #expect(PromptPayCode(code(elements)) == nil)
    }

    @Test("a checksum has digits and no sign")
    func sign() throws {
        let codes = (1...200).map { amount in
            code([("00", "01"), Self.payee, ("53", "764"), ("54", "\(amount)"), ("58", "TH")])
        }
        let sound = try #require(codes.first { $0.dropLast(3).hasSuffix("0") })
        #expect(PromptPayCode(sound) != nil)
        #expect(PromptPayCode(sound.dropLast(4) + "+" + sound.suffix(3)) == nil)
    }

    @Test(
        "nonsense is refused",
        arguments: ["", "0", "00", "0002", "000201", "63041D0F", "6304FFFF", "630", "๐๐"])
    func nonsense(text: String) {
        #expect(PromptPayCode(text) == nil)
    }

    @Test("random texts never crash the reader")
    func fuzz() {
        var random = SeededGenerator()
        for _ in 0..<5000 {
            let length = Int.random(in: 0..<80, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0x20...0x7f, using: &random) }
            #expect(PromptPayCode(String(decoding: bytes, as: UTF8.self)) == nil, "seed \(random.seed)")
        }
    }
}
