internal import COpenSSL

/// An RSA key to sign with, PKCS#1 version 1.5 (RFC 8017, section 8.2).
public final class RSAPrivateKey: Sendable {
    private let handle: KeyHandle

    /// Reads a key without a passphrase: PEM (`PRIVATE KEY` or `RSA PRIVATE KEY`), or the base 64 of its DER
    /// alone (PKCS#8 or PKCS#1).
    ///
    /// - Throws: where the text is no such key, or the key is too small.
    public init(_ text: String) throws(CryptographyError) {
        let text = try KeyText(text)
        switch text.label {
        case nil, "PRIVATE KEY", "RSA PRIVATE KEY": break
        case "ENCRYPTED PRIVATE KEY": throw .malformedKey("it has a passphrase")
        default: throw .malformedKey("it is no private key")
        }
        handle = try KeyHandle.decode(text.der, as: "private key") { d2i_AutoPrivateKey(nil, $0, $1) }
    }

    /// The signature over the digest of the message: as many bytes as the modulus has.
    public func sign(
        _ message: [UInt8], _ algorithm: HashAlgorithm = .sha256
    ) throws(CryptographyError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .fromQueue("signing") }
        defer { EVP_MD_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(handle.pointer))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSignInit(context, nil, algorithm.fetched.pointer, nil, handle.pointer) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else { throw .fromQueue("signing") }
        return Array(signature.prefix(count))
    }

    /// The half that others verify with.
    public var publicKey: RSAPublicKey { RSAPublicKey(handle) }
}
