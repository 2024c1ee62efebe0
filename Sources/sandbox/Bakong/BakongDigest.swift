internal import COpenSSL

/// Digests in lower-case hexadecimal: MD5 names a KHQR code, SHA-256 makes the hash of a transaction.
enum BakongDigest {
    static func md5(_ text: String) -> String { hex(text, EVP_md5()) }
    static func sha256(_ text: String) -> String { hex(text, EVP_sha256()) }

    /// Whether a text is a digest of so many hexadecimal digits, or the beginning of one.
    static func isHex(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func hex(_ text: String, _ algorithm: OpaquePointer?) -> String {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil)
        return digest.prefix(Int(length)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
