internal import COpenSSL

/// An RSA key to verify signatures with, PKCS#1 version 1.5 (RFC 8017, section 8.2).
public final class RSAPublicKey: Sendable {
    /// Smaller keys are refused.
    public static let bitsMin = 1024
    /// Larger keys are refused: they cost too long to use.
    public static let bitsMax = 16_384

    private let handle: KeyHandle

    /// Reads a key: PEM (`PUBLIC KEY` or `RSA PUBLIC KEY`), or the base 64 of its DER alone
    /// (SubjectPublicKeyInfo).
    ///
    /// - Throws: where the text is no such key, or the key is too small.
    public init(_ text: String) throws(CryptographyError) {
        let text = try KeyText(text)
        switch text.label {
        case nil, "PUBLIC KEY":
            handle = try KeyHandle.decode(text.der, as: "public key") { d2i_PUBKEY(nil, $0, $1) }
        case "RSA PUBLIC KEY":
            handle = try KeyHandle.decode(text.der, as: "public key") {
                d2i_PublicKey(EVP_PKEY_RSA, nil, $0, $1)
            }
        default: throw .malformedKey("it is no public key")
        }
    }

    init(_ handle: KeyHandle) { self.handle = handle }

    /// Whether the signature is this key's over exactly these bytes, by this digest and no other.
    public func verify(
        signature: [UInt8], of message: [UInt8], _ algorithm: HashAlgorithm = .sha256
    ) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, algorithm.fetched.pointer, nil, handle.pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
