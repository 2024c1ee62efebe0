import Core
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
