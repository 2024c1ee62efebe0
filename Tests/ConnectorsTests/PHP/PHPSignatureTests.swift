import Cryptography
import JSON
import TestSupport
import Testing

/// PHP signs and our code verifies, and the other way round, over documents that nobody has seen before.
@Suite("Signatures over PHP's JSON")
struct PHPSignatureTests {
    private struct Document {
        let text: [UInt8]
        let precision: JSON.SerializePrecision
        let algorithm: HashAlgorithm
        /// What we would sign; nil where the text cannot be read or has no such form.
        let written: [UInt8]?

        init(_ text: [UInt8], _ precision: JSON.SerializePrecision, _ algorithm: HashAlgorithm) {
            (self.text, self.precision, self.algorithm) = (text, precision, algorithm)
            var message = try? JSON.parse(text, duplicates: .lastWins)
            if let object = message?.objectValue { message = .object(object.removing("sign", "sign_type")) }
            written = message?.php(serializePrecision: precision)
        }

        func line(signature: [UInt8]) -> JSON {
            [
                "text": .string(Base64.encode(text)), "precision": .int(Int64(precision.rawValue)),
                "digest": algorithm == .sha1 ? "sha1" : "sha256",
                "signature": .string(Base64.encode(signature)),
            ]
        }
    }

    @Test("PHP and we write, sign and verify random documents alike")
    func random() async throws {
        var random = SeededGenerator()
        print("seed", random.seed)
        let file = try vectors("kess_rsa2_php")
        let privateText = try #require(file["throwaway_private_key_der_base64"]?.stringValue)
        let publicText = try #require(file["throwaway_public_key_der_base64"]?.stringValue)
        let (privateKey, publicKey) = try (RSAPrivateKey(privateText), RSAPublicKey(publicText))
        let documents = (0..<600).map { turn in
            Document(
                RandomDocument(from: &random).text, turn % 3 == 0 ? .seventeen : .shortest,
                turn % 2 == 0 ? .sha256 : .sha1)
        }
        var lines: [JSON] = [["private": .string(privateText), "public": .string(publicText)]]
        for (turn, document) in documents.enumerated() {
            // Every tenth is signed for another text, which PHP must not take.
            let message = (document.written ?? []) + (turn % 10 == 9 ? [0x20] : [])
            lines.append(document.line(signature: try privateKey.sign(message, document.algorithm)))
        }
        let answers = try await PHPProcess.run("sign.php", lines)
        try #require(answers.count == documents.count)
        for (turn, (document, answer)) in zip(documents, answers).enumerated() {
            let said: Comment = "seed \(random.seed): \(String(decoding: document.text, as: UTF8.self))"
            let written = answer["written"]?.stringValue.flatMap { Base64.decode($0) }
            #expect(text(document.written) == text(written), said)
            guard let written else { continue }
            let signature = try #require(answer["signature"]?.stringValue.flatMap { Base64.decode($0) })
            #expect(
                publicKey.verify(
                    signature: signature, of: document.written ?? [], document.algorithm), said)
            #expect(!publicKey.verify(signature: signature, of: written + [0x20], document.algorithm), said)
            #expect(answer["verified"]?.boolValue == (turn % 10 != 9), said)
        }
        let signed = answers.count { $0["written"]?.isNull == false }
        #expect((300..<600).contains(signed), "too few or too many could be signed: \(signed)")
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
}
