internal import COpenSSL

/// Keyed digests (RFC 2104).
public enum HMAC {
    /// A key made ready, for what is signed with it again and again. OpenSSL's context is only ever copied.
    public final class Key: @unchecked Sendable {
        private let context: OpaquePointer

        /// Makes a key ready for SHA-256.
        public init(_ key: [UInt8]) {
            // Keys are filled up with zeros, so a zero is the same as nothing; with no bytes at all OpenSSL would
            // keep the template's key.
            let key = key.isEmpty ? [0] : key
            guard let context = EVP_MAC_CTX_dup(Template.sha256.pointer),
                EVP_MAC_init(context, key, key.count, nil) == 1
            else { outOfMemory() }
            self.context = context
        }

        deinit { EVP_MAC_CTX_free(context) }

        fileprivate func copy() -> OpaquePointer {
            guard let copy = EVP_MAC_CTX_dup(context) else { outOfMemory() }
            return copy
        }
    }

    /// HMAC-SHA256: 32 bytes.
    public static func sha256(key: Key, _ message: [UInt8]) -> [UInt8] {
        let context = key.copy()
        defer { EVP_MAC_CTX_free(context) }
        return [UInt8](unsafeUninitializedCapacity: 32) { output, filled in
            guard EVP_MAC_update(context, message, message.count) == 1,
                EVP_MAC_final(context, output.baseAddress, &filled, 32) == 1
            else { outOfMemory() }
        }
    }

    /// HMAC-SHA256 with a key that is used once: 32 bytes.
    public static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        sha256(key: Key(key), message)
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
