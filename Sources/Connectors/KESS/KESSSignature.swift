internal import Cryptography
internal import JSON

/// KESS's RSA2: PKCS#1 v1.5 over what PHP's `json_encode` writes of the fields in their order, without `sign` and
/// `sign_type` at the top (seed: "Signature algorithm (PHP)").
struct KESSSignature: Sendable {
    let partnerKey: RSAPrivateKey
    let platformKey: RSAPublicKey
    let digest: HashAlgorithm
    let precision: JSON.SerializePrecision

    /// The message with our signature; `nil` when it cannot be signed.
    func signed(_ message: JSONObject) -> JSONObject? {
        guard let content = content(of: message), let signature = try? partnerKey.sign(content, digest) else {
            return nil
        }
        var message = message
        message["sign_type"] = "RSA2"
        message["sign"] = .string(Base64.encode(signature))
        return message
    }

    /// Whether KESS signed exactly these fields in this order.
    func verifies(_ message: JSONObject) -> Bool {
        guard let text = message["sign"]?.stringValue, let signature = Base64.decode(text),
            let content = content(of: message)
        else { return false }
        return platformKey.verify(signature: signature, of: content, digest)
    }

    private func content(of message: JSONObject) -> [UInt8]? {
        let kept = message.members.filter { $0.key != "sign" && $0.key != "sign_type" }
        return JSON.object(JSONObject(kept.map { ($0.key, $0.value) })).php(serializePrecision: precision)
    }
}
