import JSON
import Testing

@testable import Cryptography

@Suite struct RSATests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func pem(_ label: String, _ base64: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Substring(base64)
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\r\n")
    }

    @Test("signs what the HaiPay vectors signed, and verifies it; anything altered fails")
    func haipay() throws {
        let file = try Vectors.load("haipay_sha256rsa")
        let merchant = try RSAPrivateKey(file.text("merchant_private_pkcs8_b64"))
        let platform = try RSAPrivateKey(file.text("throwaway_platform_private_pkcs8_der_base64"))
        let merchantPublic = try RSAPublicKey(file.text("merchant_public_spki_b64"))
        let platformPublic = try RSAPublicKey(file.text("platform_public_spki_b64"))
        let cases = try Vectors.cases("haipay_sha256rsa")
        #expect(cases.count == 8)
        for vector in cases {
            let byMerchant = try vector.text("signed_by") == "merchant"
            let (own, ownPublic) = byMerchant ? (merchant, merchantPublic) : (platform, platformPublic)
            for (content, signature) in [
                ("sign_content", "sign"), ("sign_content_without_key", "sign_without_key"),
            ] {
                let message = bytes(try vector.text(content))
                let signature = try vector.base64(signature)
                #expect(try own.sign(message, .sha256) == signature)
                #expect(ownPublic.verify(signature: signature, of: message, .sha256))
                #expect(own.publicKey.verify(signature: signature, of: message, .sha256))
                expectRefusals(ownPublic, signature, message)
                #expect(
                    !(byMerchant ? platformPublic : merchantPublic).verify(
                        signature: signature, of: message, .sha256))
            }
        }
    }

    private func expectRefusals(_ key: RSAPublicKey, _ signature: [UInt8], _ message: [UInt8]) {
        #expect(!key.verify(signature: signature, of: message + [0x20], .sha256))
        #expect(!key.verify(signature: signature, of: message.dropLast(), .sha256))
        #expect(!key.verify(signature: signature, of: [], .sha256))
        #expect(!key.verify(signature: signature, of: message, .sha1))
        #expect(!key.verify(signature: [], of: message, .sha256))
        #expect(!key.verify(signature: signature.dropLast(), of: message, .sha256))
        #expect(!key.verify(signature: signature + [0], of: message, .sha256))
        #expect(!key.verify(signature: [0] + signature, of: message, .sha256))
        var altered = signature
        altered[17] ^= 1
        #expect(!key.verify(signature: altered, of: message, .sha256))
        var other = message
        other[0] ^= 1
        #expect(!key.verify(signature: signature, of: other, .sha256))
    }

    @Test("signs and verifies the KESS vectors with SHA-256 and SHA-1")
    func kess() throws {
        let file = try Vectors.load("kess_rsa2_php")
        let key = try RSAPrivateKey(file.text("throwaway_private_key_der_base64"))
        let publicKey = try RSAPublicKey(file.text("throwaway_public_key_der_base64"))
        for vector in try Vectors.cases("kess_rsa2_php") {
            let message = try #require(Hex.decode(try vector.text("php_json_encode_hex")))
            for (name, algorithm) in [
                ("sign_sha256_pkcs1_b64", HashAlgorithm.sha256), ("sign_sha1_pkcs1_b64", .sha1),
            ] {
                let signature = try vector.base64(name)
                #expect(try key.sign(message, algorithm) == signature)
                #expect(publicKey.verify(signature: signature, of: message, algorithm))
                #expect(
                    publicKey.verify(signature: signature, of: message) == (algorithm == .sha256),
                    "SHA-256 unless told")
                if algorithm == .sha256 { #expect(try key.sign(message) == signature) }
                #expect(
                    !publicKey.verify(signature: signature, of: message, algorithm == .sha1 ? .sha256 : .sha1)
                )
            }
        }
    }

    @Test("reads keys as PEM too, with any line ends and text around")
    func pemKeys() throws {
        let file = try Vectors.load("haipay_sha256rsa")
        let key = try RSAPrivateKey(
            "Key:\n" + pem("PRIVATE KEY", file.text("merchant_private_pkcs8_b64")) + "\nend")
        let publicKey = try RSAPublicKey(pem("PUBLIC KEY", file.text("merchant_public_spki_b64")))
        let spaced = try RSAPublicKey(
            " " + file.text("merchant_public_spki_b64").replacing("A", with: "A\n\t ") + "\r\n")
        let signature = try key.sign(bytes("x"), .sha256)
        #expect(publicKey.verify(signature: signature, of: bytes("x"), .sha256))
        #expect(spaced.verify(signature: signature, of: bytes("x"), .sha256))
    }

    @Test("reads PKCS#1 keys")
    func pkcs1() throws {
        // A PKCS#8 key holds the PKCS#1 one after its header of 26 bytes, and so does the public one after
        // 24.
        let file = try Vectors.load("haipay_sha256rsa")
        let whole = try file.base64("merchant_private_pkcs8_b64")
        let inner = Base64.encode(Array(whole.dropFirst(26)))
        let publicInner = Base64.encode(
            Array(try file.base64("merchant_public_spki_b64").dropFirst(24)))
        let key = try RSAPrivateKey(inner)
        let publicKey = try RSAPublicKey(pem("RSA PUBLIC KEY", publicInner))
        let signature = try RSAPrivateKey(pem("RSA PRIVATE KEY", inner)).sign(bytes("x"), .sha256)
        #expect(try key.sign(bytes("x"), .sha256) == signature)
        #expect(publicKey.verify(signature: signature, of: bytes("x"), .sha256))
    }

    /// Made with `openssl genrsa 512` and `openssl genpkey -algorithm EC`, for these refusals alone.
    static let small = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIBOwIBAAJBAKVNMjXTMnrJBoLGmX/np7vRbq3Loh0SGpdDmbxNzNEjLC/crB7G
        t9HTR0NSS6AIXPkFR0OlanxefiW+o8ZFyYUCAwEAAQJBAJd089x9dnMqXdzVOzAG
        gZmFe3OicRdRzytptSLj5hZ4Od+ZvCJlB8ubG5rgp2ZoNpNOkSr9ecoZaVsVmQP+
        XgECIQDcF5CI0uHXvq1AAonxswVsHliRrj1un90vval7dpD1HQIhAMBFO9p2Yp1t
        ykCYCrZBQUyv0MZBPP1l3uDoMH43u4GJAiEAsWelL0ScmmSuDbx+KH7ezgmf5r2F
        8xeVGJhOdqBZs9kCIBNYY/dNJgr0+v6Yzasc0bcnkXgBJGPSliRG+GoarXERAiA9
        mA/etGdAA986Pg/PkveHhKPVnriHvVS1cN37iOE7zQ==
        -----END RSA PRIVATE KEY-----
        """
    static let elliptic = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBpYQ6nv6iTL+Jngy
        xnQGQWKEv6UD7/1DKPD3tVN3VJGhRANCAAR4pgMNFNUHtmjXQEuyVDACYEJt7SrU
        csAvdNO+f3HbzG5BkdpQJ/ZEzr0FGQCVlgJDTFNbvE47lEH7XqnX1k9M
        -----END PRIVATE KEY-----
        """

    @Test("refuses keys that are too small or of another kind")
    func unfitKeys() {
        #expect(throws: CryptographyError.unacceptableKeySize(bits: 512)) { try RSAPrivateKey(Self.small) }
        #expect(throws: CryptographyError.malformedKey("it is no RSA key")) {
            try RSAPrivateKey(Self.elliptic)
        }
    }

    @Test(
        "refuses what is no key",
        arguments: [
            "", "   ", "hello", "AAAA", "-----BEGIN PRIVATE KEY",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        ])
    func noKeys(_ text: String) {
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(text) }
        #expect(throws: CryptographyError.self) { try RSAPublicKey(text) }
    }

    @Test("refuses a damaged key, the other half, and one with a passphrase")
    func mixedUp() throws {
        let file = try Vectors.load("haipay_sha256rsa")
        let (secret, open) = try (
            file.text("merchant_private_pkcs8_b64"), file.text("merchant_public_spki_b64")
        )
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(open) }
        #expect(throws: CryptographyError.self) { try RSAPublicKey(secret) }
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(String(secret.dropLast(8))) }
        #expect(throws: CryptographyError.self) { try RSAPrivateKey(pem("ENCRYPTED PRIVATE KEY", secret)) }
        #expect(throws: CryptographyError.self) { try RSAPublicKey(pem("CERTIFICATE", open)) }
        let trailing = Base64.encode(try file.base64("merchant_public_spki_b64") + [0])
        #expect(throws: CryptographyError.self) { try RSAPublicKey(trailing) }
    }
}
