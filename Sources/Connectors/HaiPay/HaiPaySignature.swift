internal import Cryptography
internal import JSON

/// HaiPay's signatures: SHA256WithRSA over the fields as `key=value`, joined by `&`.
struct HaiPaySignature: Sendable {
    let merchantKey: RSAPrivateKey
    let platformKey: RSAPublicKey
    /// Put at the end; `nil` where the account's switch is off.
    let secret: String?

    /// The message with our signature; `nil` when it cannot be signed.
    func signed(_ message: JSONObject) -> JSONObject? {
        guard let content = content(of: message), let signature = try? merchantKey.sign(content, .sha256)
        else {
            return nil
        }
        var message = message
        message["sign"] = .string(Base64.encode(signature))
        return message
    }

    /// Whether HaiPay signed exactly these fields. Every field counts, the unknown ones included.
    func verifies(_ message: JSONObject) -> Bool {
        guard let text = message["sign"]?.stringValue, let signature = Base64.decode(text),
            !Self.isAmbiguous(message), let content = content(of: message)
        else { return false }
        return platformKey.verify(signature: signature, of: content, .sha256)
    }

    /// What is signed: top-level fields without `sign`, nulls and empty texts, sorted by bytes, values raw. `nil` where
    /// a value has no such form.
    func content(of message: JSONObject) -> [UInt8]? {
        var parts: [(key: String, value: String)] = []
        for (key, value) in message.members where key != "sign" {
            switch value {
            case .null, .string(""): continue
            case .string(let text): parts.append((key, text))
            case .number(let number): parts.append((key, number.text))
            case .bool(let flag): parts.append((key, flag ? "true" : "false"))
            case .array, .object: return nil
            }
        }
        parts.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var content = parts.map { $0.key + "=" + $0.value }.joined(separator: "&")
        if let secret { content += (content.isEmpty ? "key=" : "&key=") + secret }
        return Array(content.utf8)
    }

    /// The fields that decide something.
    private static let deciding = [
        "amount", "appId", "availableBal", "bal", "currency", "errorMsg", "fee", "key", "orderId", "orderNo",
        "payTime",
        "sign", "status",
    ]

    /// Values are signed raw, so a value with `&status=2` in it signs like a field of its own: the same signature would
    /// fit a message with other fields. Nobody genuine sends such a thing.
    private static func isAmbiguous(_ message: JSONObject) -> Bool {
        message.members.contains { key, value in
            let text = key == "sign" ? "" : value.stringValue ?? ""
            return key == "key" || key.utf8.contains(UInt8(ascii: "="))
                || key.utf8.contains(UInt8(ascii: "&"))
                || text.utf8.contains(UInt8(ascii: "&")) && deciding.contains { text.contains("&\($0)=") }
        }
    }
}
