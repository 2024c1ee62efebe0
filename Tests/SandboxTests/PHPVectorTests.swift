import Testing

@testable import sandbox

@Suite("The sandbox's KESS against vectors made by PHP")
struct PHPVectorTests {
    @Test("re-encodes and signs as PHP does, with either digest")
    func signatures() throws {
        let vectors = try Fixture.json("kess_rsa2_php")
        let key = try unwrap(
            RSAKey(privateBase64: try unwrap(vectors["throwaway_private_key_der_base64"]?.string)))
        for vector in try unwrap(vectors["cases"]?.array) {
            let vector = try unwrap(vector.object)
            let raw = try unwrap(vector["raw_request_json"]?.string)
            let fields = try unwrap(try JSONReader.read(Array(raw.utf8)).object)
            let content = try unwrap(KESSSignature.content(fields, .shortest))
            #expect(String(decoding: content, as: UTF8.self) == vector["php_json_encode"]?.string)
            #expect(key.sign(content) == vector["sign_sha256_pkcs1_b64"]?.string)
            #expect(key.sign(content, .sha1) == vector["sign_sha1_pkcs1_b64"]?.string)
        }
    }

    @Test("re-encodes at the edges as PHP does, or fails where it does")
    func edges() throws {
        for row in try unwrap(try Fixture.json("php_json_edge")["rows"]?.array) {
            let row = try unwrap(row.object)
            let input = try unwrap(row["input"]?.string)
            let value = try JSONReader.read(Array(input.utf8))
            let text = PHPWriter.bytes(value, .shortest).map { String(decoding: $0, as: UTF8.self) }
            #expect(text == row["json_encode"]?.string, "\(input)")
        }
    }

    @Test("prints two thousand floats as PHP does")
    func floats() throws {
        for row in try unwrap(try Fixture.json("php_float_fuzz_2000")["rows"]?.array) {
            let pair = try unwrap(row.array).compactMap(\.string)
            let value = Double(bitPattern: try unwrap(UInt64(pair[0], radix: 16)))
            #expect(PHPNumber.canonical("\(value)", .shortest) == pair[1])
        }
    }

    @Test("prints numbers as PHP does with serialize_precision=17")
    func seventeen() throws {
        for row in try unwrap(try Fixture.json("php_precision_17")["rows"]?.array) {
            let pair = try unwrap(row.array).compactMap(\.string)
            #expect(PHPNumber.canonical(pair[0], .seventeen) == pair[1])
        }
    }

    @Test(
        "accepts a request that PHP signed, for an account made by the control API",
        arguments: ["SHA256", "SHA1"])
    func request(digest: String) throws {
        let vectors = try Fixture.json("kess_rsa2_php")
        let vector = try unwrap(try unwrap(vectors["cases"]?.array).first?.object)
        let front = try Fixture.front()
        try add(digest, vectors, to: front)
        var partner = KESSPartner.one(front)
        partner.suffix = "-php"
        let raw = try unwrap(vector["raw_request_json"]?.string)
        let sign = try unwrap(vector["sign_\(digest == "SHA1" ? "sha1" : "sha256")_pkcs1_b64"]?.string)
        let signed = raw.replacing(#""sign":"ignored""#, with: #""sign":"\#(sign)""#)
        let token = try partner.token()
        let changed = signed.replacing("0.50", with: "0.51")
        #expect(try partner.gateway(Array(changed.utf8), token: token).code == "VALIDATIONERROR")
        let answer = try partner.gateway(Array(signed.utf8), token: token)
        #expect(answer.status == 200)
        #expect(answer.data["amount"]?.numberText == "0.50")
    }

    private func add(_ digest: String, _ vectors: JSONObject, to front: Front) throws {
        let keys = ["throwaway_public_key_der_base64", "throwaway_private_key_der_base64"]
        let account: JSONObject = [
            "provider": "kess", "account": "php", "partnerId": "sandbox-kess-partner-php",
            "partnerSecretKey": "sandbox-kess-secret-php-0123456789abcdef", "userName": "causeway-php",
            "password": "sandbox-kess-password-php-0123456789", "digest": .string(digest),
            "partnerPublicKey": try unwrap(vectors[keys[0]]),
            "platformPrivateKey": try unwrap(vectors[keys[1]]),
        ]
        let request = WebRequest(
            method: "POST", path: "/_sandbox/accounts", body: JSONWriter.bytes(account))
        #expect(front.answer(request).shown.status == 200)
    }
}
