/// HaiPay's signature: SHA256withRSA over the sorted fields and the merchant's secret.
enum HaiPaySignature {
    /// `k=v&…&key=secret`: without `sign`, nulls and empty texts; keys by byte order; values raw.
    static func content(_ fields: JSONObject, secret: String) -> [UInt8] {
        let pairs = fields.members.compactMap { member -> (key: String, text: String)? in
            guard member.key != "sign", let text = text(member.value), !text.isEmpty else { return nil }
            return (member.key, "\(member.key)=\(text)")
        }
        let sorted = pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return Array((sorted.map(\.text) + ["key=\(secret)"]).joined(separator: "&").utf8)
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text
        case .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .array, .object: JSONWriter.text(value)
        }
    }

    /// The fields with their `sign`; a spoilt one is a true signature over something else.
    static func signed(_ fields: JSONObject, by key: RSAKey, secret: String, isSpoilt: Bool = false)
        -> JSONObject
    {
        var fields = fields
        fields["sign"] = .string(key.sign(content(fields, secret: isSpoilt ? secret + "-forged" : secret)))
        return fields
    }

    static func isGenuine(_ fields: JSONObject, key: RSAKey, secret: String) -> Bool {
        guard let sign = fields["sign"]?.string else { return false }
        return key.verifies(sign, of: content(fields, secret: secret))
    }
}
