internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104), and comparison that does not tell where two values differ.
enum SHA256HMAC {
    static func sign(_ message: some Collection<UInt8>, key: String) -> [UInt8] {
        let message = Array(message)
        let key = Array(key.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
        return digest
    }

    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
