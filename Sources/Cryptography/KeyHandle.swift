internal import COpenSSL

/// Owns an OpenSSL key. OpenSSL locks what it caches in one: using it on several threads at once is allowed.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes ownership of an RSA key of an acceptable size; frees any other.
    init(adopting pointer: OpaquePointer) throws(CryptographyError) {
        self.pointer = pointer
        // Where this throws, deinit frees the key all the same.
        guard EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA else { throw .malformedKey("it is no RSA key") }
        let bits = Int(EVP_PKEY_get_bits(pointer))
        guard (RSAPublicKey.bitsMin...RSAPublicKey.bitsMax).contains(bits) else {
            throw .unacceptableKeySize(bits: bits)
        }
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Decodes with one of OpenSSL's `d2i` functions, which must use up every byte.
    static func decode(
        _ der: [UInt8], as kind: String,
        with decoder: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) throws(CryptographyError) -> KeyHandle {
        var used = 0
        let pointer = der.withUnsafeBufferPointer { der -> OpaquePointer? in
            var cursor = der.baseAddress
            let pointer = decoder(&cursor, der.count)
            if let cursor, let base = der.baseAddress { used = cursor - base }
            return pointer
        }
        ERR_clear_error()
        guard let pointer else { throw .malformedKey("its bytes are no \(kind)") }
        let handle = try KeyHandle(adopting: pointer)
        guard used == der.count else { throw .malformedKey("there is something after the \(kind)") }
        return handle
    }
}
