internal import COpenSSL

/// What is signed of a message. KESS does not say which it takes.
enum RSADigest: String, Sendable, CaseIterable {
    case sha256 = "SHA256"
    case sha1 = "SHA1"

    fileprivate var method: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha1: EVP_sha1()
        }
    }
}

/// An RSA key that signs or verifies with PKCS#1 v1.5 (RFC 8017 section 8.2), SHA256withRSA unless told otherwise.
///
/// Unchecked because OpenSSL's keys may be read by many threads at once, and nothing here changes one.
final class RSAKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// A key in bare base64 DER: SPKI.
    convenience init?(publicBase64 text: String) {
        self.init(text) { pointer, count in d2i_PUBKEY(nil, &pointer, count) }
    }

    /// A key in bare base64 DER: PKCS#8.
    convenience init?(privateBase64 text: String) {
        self.init(text) { pointer, count in d2i_AutoPrivateKey(nil, &pointer, count) }
    }

    private init?(_ text: String, parse: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?) {
        guard let der = Base64.decode(text.filter { !$0.isWhitespace }) else { return nil }
        let parsed = der.withUnsafeBufferPointer { buffer in
            var pointer = buffer.baseAddress
            return parse(&pointer, buffer.count)
        }
        guard let parsed else { return nil }
        guard EVP_PKEY_get_base_id(parsed) == EVP_PKEY_RSA else {
            EVP_PKEY_free(parsed)
            return nil
        }
        key = parsed
    }

    deinit { EVP_PKEY_free(key) }

    /// The signature in standard base64; empty where OpenSSL fails, which no receiver will accept.
    func sign(_ message: [UInt8], _ digest: RSADigest = .sha256) -> String {
        guard let context = EVP_MD_CTX_new() else { return "" }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, digest.method, nil, key) == 1 else { return "" }
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else { return "" }
        return Base64.encode(signature.prefix(length))
    }

    func verifies(_ signature: String, of message: [UInt8], _ digest: RSADigest = .sha256) -> Bool {
        guard let signature = Base64.decode(signature), let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, digest.method, nil, key) == 1 else { return false }
        let result = EVP_DigestVerify(context, signature, signature.count, message, message.count)
        ERR_clear_error()
        return result == 1
    }
}
