import Testing

@testable import sandbox

@Suite("The sandbox against vectors made by independent programs")
struct VectorTests {
    @Test("makes the tokens that Node's jsonwebtoken makes, and accepts them")
    func tokens() throws {
        let vectors = try Fixture.json("thb_jwt_hs256")
        let key = try unwrap(vectors["throwaway_api_key"]?.string)
        for vector in try unwrap(vectors["cases"]?.array) {
            let vector = try unwrap(vector.object)
            let fields = try unwrap(vector["params"]?.object)
            let token = try unwrap(vector["token_node_jsonwebtoken_form"]?.string)
            let canonical = JSONObject(
                fields.members.map { member in
                    let number = member.value.numberText.flatMap(JavaScriptNumber.canonical)
                    return .init(key: member.key, value: number.map(JSONValue.number) ?? member.value)
                })
            #expect(Token.sign(canonical, key: key) == token)
            var body = fields
            body["signature"] = .string(token)
            #expect(Token.isGenuine(body, key: key))
            #expect(!Token.isGenuine(body, key: key + "x"))
        }
    }

    @Test("refuses the tokens that must be refused")
    func badTokens() throws {
        let vectors = try Fixture.json("thb_jwt_hs256")
        let key = try unwrap(vectors["throwaway_api_key"]?.string)
        let cases = try unwrap(vectors["cases"]?.array)
        let deposit = try unwrap(cases.first?.object?["params"]?.object)
        for vector in try unwrap(vectors["negative"]?.array) {
            let vector = try unwrap(vector.object)
            var body = vector["body"]?.object ?? deposit
            body["signature"] = vector["token"]
            #expect(!Token.isGenuine(body, key: key), "\(vector["name"]?.string ?? "")")
        }
    }

    @Test("verifies HaiPay's signatures of both sides, and no others")
    func signatures() throws {
        let vectors = try Fixture.json("haipay_sha256rsa")
        let secret = try unwrap(vectors["throwaway_merchant_secret_key"]?.string)
        let merchant = try unwrap(
            RSAKey(publicBase64: try unwrap(vectors["merchant_public_spki_b64"]?.string)))
        let platform = try unwrap(
            RSAKey(publicBase64: try unwrap(vectors["platform_public_spki_b64"]?.string)))
        for vector in try unwrap(vectors["cases"]?.array) {
            let vector = try unwrap(vector.object)
            let isMerchant = vector["signed_by"]?.string == "merchant"
            let key = isMerchant ? merchant : platform
            var fields = try unwrap(vector["fields"]?.object)
            let content = try unwrap(vector["sign_content"]?.string)
            #expect(
                String(decoding: HaiPaySignature.content(fields, secret: secret), as: UTF8.self) == content)
            fields["sign"] = vector["sign"]
            #expect(HaiPaySignature.isGenuine(fields, key: key, secret: secret))
            #expect(!HaiPaySignature.isGenuine(fields, key: isMerchant ? platform : merchant, secret: secret))
            #expect(!HaiPaySignature.isGenuine(fields, key: key, secret: secret + "x"))
            fields["sign"] = vector["sign_without_key"]
            #expect(!HaiPaySignature.isGenuine(fields, key: key, secret: secret))
        }
    }

    @Test("signs as the merchant of the vectors did")
    func signing() throws {
        let vectors = try Fixture.json("haipay_sha256rsa")
        let secret = try unwrap(vectors["throwaway_merchant_secret_key"]?.string)
        let key = try unwrap(
            RSAKey(privateBase64: try unwrap(vectors["merchant_private_pkcs8_b64"]?.string)))
        let vector = try unwrap(try unwrap(vectors["cases"]?.array).first?.object)
        let signed = HaiPaySignature.signed(try unwrap(vector["fields"]?.object), by: key, secret: secret)
        #expect(signed["sign"]?.string == vector["sign"]?.string)
    }

    @Test("makes PromptPay's payloads")
    func promptPay() throws {
        for vector in try unwrap(try Fixture.json("promptpay")["vectors"]?.array) {
            let vector = try unwrap(vector.object)
            let amount = Amount(number: try unwrap(vector["amount"]?.numberText))
            let expected = try unwrap(vector["payload"]?.string)
            #expect(
                PromptPay.payload(target: try unwrap(vector["target"]?.string), amount: amount) == expected)
            #expect(PromptPay.isIntact(expected))
            #expect(!PromptPay.isIntact(expected.replacing("5802TH", with: "5802KH")))
        }
    }

    @Test("computes the CRC's published check value")
    func checksum() {
        #expect(PromptPay.checksum("123456789") == "29B1")
    }

    @Test(
        "prints numbers as JavaScript does",
        arguments: [
            ("1000", "1000"), ("1000.0", "1000"), ("999.90", "999.9"), ("1e21", "1e+21"), ("1e-7", "1e-7"),
            ("0.000001", "0.000001"), ("123456789012345680000", "123456789012345680000"), ("-0", "0"),
            ("-1.50", "-1.5"),
        ])
    func numbers(text: String, expected: String) {
        #expect(JavaScriptNumber.canonical(text) == expected)
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", "{", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[01]", "[1.]", "[+1]", "nul", "\"\\ud800\"",
            "\"\u{1}\"", "1 2",
            "[1e999]", String(repeating: "[", count: 40),
        ])
    func badJSON(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test(
        "reads amounts exactly, or not at all",
        arguments: [
            ("999.99", 99_999), ("0.1", 10), ("1000", 100_000), ("1e3", 100_000), ("10.00", 1_000),
            ("1.005", nil),
            ("-1", nil), ("1e30", nil), ("100000000000", nil),
        ] as [(String, Int64?)])
    func amounts(text: String, minor: Int64?) {
        #expect(Amount(number: text)?.minor == minor)
    }
}
