import Testing

@testable import Cryptography

@Suite struct EncodingTests {
    /// RFC 4648, section 10.
    static let pairs = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("base 64 both ways", arguments: pairs)
    func base64(_ plain: String, _ encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let unpadded = encoded.filter { $0 != "=" }
        #expect(Base64.encodeURL(Array(plain.utf8)) == unpadded)
        #expect(Base64.decodeURL(unpadded) == Array(plain.utf8))
    }

    @Test("the alphabets differ in two letters")
    func alphabets() {
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64.encodeURL([0xFB, 0xFF]) == "-_8")
        #expect(Base64.decode("-_8=") == nil)
        #expect(Base64.decodeURL("+/8") == nil)
    }

    @Test(
        "refuses base 64 that is not the one spelling",
        arguments: [
            "Zg", "Zg=", "Zg===", "Z", "=", "====", "Zm9v=", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zg==Zg==",
            "Z===", "Zm9vé",
            "Zg=a", "\u{1F600}",
        ])
    func strictBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(
        "refuses base 64 for URLs with padding or loose bits",
        arguments: ["Zg==", "Z", "Zh", "Zm9", "Zm9v=", "Z g"])
    func strictBase64URL(_ text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test("every length of random bytes survives")
    func roundTrip() {
        for count in 0..<100 {
            let bytes = RandomBytes.make(count)
            #expect(bytes.count == count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
        #expect(RandomBytes.make(32) != RandomBytes.make(32))
    }

    @Test("hex takes both cases and nothing else")
    func hex() {
        #expect(Hex.encode([0x00, 0xAF, 0x1B] as [UInt8]) == "00af1b")
        #expect(Hex.decode("00aF1B") == [0x00, 0xAF, 0x1B])
        for bad in ["0", "0g", "0x00", " 00", "００"] { #expect(Hex.decode(bad) == nil) }
    }
}
