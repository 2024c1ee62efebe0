internal import COpenSSL

/// Keyed digests (RFC 2104).
public enum HMAC {
    /// HMAC-SHA256: 32 bytes.
    public static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MAC_CTX_dup(Template.sha256.pointer) else { outOfMemory() }
        defer { EVP_MAC_CTX_free(context) }
        // Keys are filled up with zeros, so a zero is the same as nothing; with no bytes at all OpenSSL would
        // keep the template's key.
        let key = key.isEmpty ? [0] : key
        return [UInt8](unsafeUninitializedCapacity: 32) { output, filled in
            guard EVP_MAC_init(context, key, key.count, nil) == 1,
                EVP_MAC_update(context, message, message.count) == 1,
                EVP_MAC_final(context, output.baseAddress, &filled, 32) == 1
            else { outOfMemory() }
        }
    }

    private static func outOfMemory() -> Never { preconditionFailure("out of memory in HMAC") }

    /// A context whose digest is chosen already: choosing one searches OpenSSL's providers. Only ever copied,
    /// never freed.
    private struct Template: @unchecked Sendable {
        let pointer: OpaquePointer

        static let sha256 = Template(digest: "SHA2-256")

        private init(digest: String) {
            guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil), let context = EVP_MAC_CTX_new(algorithm)
            else {
                preconditionFailure("this machine's OpenSSL has no HMAC")
            }
            var digest = Array(digest.utf8CString)
            // The parameters point to both strings, which must live through the call.
            let isReady = "digest".withCString { parameter in
                digest.withUnsafeMutableBufferPointer { digest in
                    let parameters = [
                        OSSL_PARAM_construct_utf8_string(parameter, digest.baseAddress, 0),
                        OSSL_PARAM_construct_end(),
                    ]
                    // A context copies only with a key in it.
                    return EVP_MAC_init(context, [0], 1, parameters) == 1
                }
            }
            precondition(isReady, "this machine's OpenSSL has no HMAC with that digest")
            pointer = context
        }
    }
}
