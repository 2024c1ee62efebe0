import Core
import TestSupport
import Testing

@testable import Orchestration

@Suite("What a payer is shown, stored")
struct ArtefactTests {
    @Test("is read as it was written, with every member and with none")
    func roundTrip() {
        var artefact = Artefact()
        #expect(Artefact(json: artefact.json) == artefact)
        artefact.qrCode = "000201"
        artefact.qrImage = "data:image/png;base64,AA=="
        artefact.qrMD5 = "d41d8cd98f00b204e9800998ecf8427e"
        artefact.deepLink = "bank://pay?id=1"
        artefact.pageURL = "https://pay.example/1"
        artefact.bankName = "ธนาคาร"
        artefact.bankAccountNumber = "1234567890"
        artefact.bankAccountName = "Shop \"A\""
        #expect(Artefact(json: artefact.json) == artefact)
        // A member that is forgotten would be nil on both sides.
        #expect(Mirror(reflecting: artefact).children.allSatisfy { "\($0.value)" != "nil" })
    }

    @Test("of before there were deep links is read too")
    func earlier() {
        #expect(Artefact(json: Array(#"{"qrCode":"1","pageURL":null}"#.utf8))?.qrCode == "1")
        #expect(Artefact(json: Array("{}".utf8)) == Artefact())
    }
}

@Suite("Who is on the other side, stored")
struct CounterpartyTests {
    /// An order that was just made is sent with what its merchant said, one that is taken up later with what is stored.
    @Test("is read as it was written, whatever it holds")
    func roundTrip() {
        var random = SeededGenerator()
        let letters = [
            "a", "\"", "\\", "\u{0}", "\u{1F}", "é", "e\u{301}", "ส", "😀", "\u{FFFF}", "\u{2028}", "/", " ",
        ]
        for _ in 0..<2000 {
            var counterparty = Counterparty()
            for field in Counterparty.Field.allCases where random.chance(0.7) {
                counterparty[field] = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? ""
                }.joined()
            }
            let read = Counterparty(json: counterparty.json)
            #expect(read == counterparty, "seed \(random.seed)")
            for field in Counterparty.Field.allCases {
                #expect(
                    read?[field].map { Array($0.utf8) } == counterparty[field].map { Array($0.utf8) },
                    "\(field), seed \(random.seed)")
            }
        }
    }
}
