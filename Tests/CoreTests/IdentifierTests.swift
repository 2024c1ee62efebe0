import Core
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("are UUIDs of version 7 that tell when they were made")
    func version() {
        let time = Timestamp(microseconds: 1_795_334_400_123_000)
        for _ in 0..<1000 {
            let id = Identifier(at: time)
            #expect(id.high >> 12 & 0xf == 7)
            #expect(id.low >> 62 == 2)
            #expect(id.time == time)
        }
    }

    @Test("are read back from their text, of their own kind only", arguments: Identifier.Kind.allCases)
    func roundTrip(kind: Identifier.Kind) {
        for _ in 0..<500 {
            let id = Identifier(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
            let text = id.text(kind)
            #expect(text.count == 29 && text.hasPrefix(kind.rawValue + "_"))
            #expect(Identifier(text, kind) == id)
            #expect(Identifier(base32: id.base32) == id)
            for other in Identifier.Kind.allCases where other != kind {
                #expect(Identifier(text, other) == nil)
            }
        }
    }

    @Test("sort as their texts do, by time first")
    func order() {
        let ids = (0..<500).map { _ in Identifier(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
        }
        #expect(ids.sorted().map(\.base32) == ids.map(\.base32).sorted())
        #expect(Identifier(at: Timestamp(seconds: 1)) < Identifier(at: Timestamp(seconds: 2)))
    }

    @Test(
        "refuse other texts",
        arguments: [
            "", "tx_", "tx_0", "tx_00000000000000000000000000x", "tx_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "tx_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "TX_00000000000000000000000000", "tx_0000000000000000000000000I", "tx_0000000000000000000000000i",
            "tx_0000000000000000000000000A", "tx_000000000000000000000000é", "00000000000000000000000000",
            "tx-00000000000000000000000000", " tx_00000000000000000000000000",
            "tx_0000000000000000000000000\u{0}",
        ])
    func refuses(text: String) {
        #expect(Identifier(text, .transaction) == nil)
    }

    @Test("the least and the greatest")
    func ends() {
        #expect(Identifier(high: 0, low: 0).base32 == "00000000000000000000000000")
        #expect(Identifier(high: .max, low: .max).base32 == "7zzzzzzzzzzzzzzzzzzzzzzzzz")
        #expect(
            Identifier("tx_7zzzzzzzzzzzzzzzzzzzzzzzzz", .transaction) == Identifier(high: .max, low: .max))
    }
}
