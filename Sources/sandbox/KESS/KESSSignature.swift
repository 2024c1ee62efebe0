/// KESS's signature RSA2: over PHP's `json_encode` of a document without its `sign` and `sign_type`, keys in the
/// order in which they came.
enum KESSSignature {
    /// What is signed; nil where PHP could not encode it.
    static func content(_ fields: JSONObject, _ precision: PHPNumber.Precision) -> [UInt8]? {
        PHPWriter.bytes(.object(fields.without("sign").without("sign_type")), precision)
    }

    /// The fields with `sign_type` and `sign` at their end; a spoilt one is a true signature over something else.
    static func signed(
        _ fields: JSONObject, by credentials: Account.KESSCredentials, isSpoilt: Bool = false
    ) -> JSONObject {
        let content = (content(fields, credentials.precision) ?? []) + (isSpoilt ? [0x20] : [])
        var fields = fields
        fields["sign_type"] = "RSA2"
        fields["sign"] = .string(credentials.platformPrivateKey.sign(content, credentials.digest))
        return fields
    }

    static func isGenuine(_ fields: JSONObject, of credentials: Account.KESSCredentials) -> Bool {
        guard let sign = fields["sign"]?.string, let content = content(fields, credentials.precision) else {
            return false
        }
        return credentials.partnerPublicKey.verifies(sign, of: content, credentials.digest)
    }
}
