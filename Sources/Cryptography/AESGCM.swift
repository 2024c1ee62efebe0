internal import COpenSSL

/// Seals values so that they can be neither read nor altered without the key: AES-256-GCM (NIST SP 800-38D).
///
/// A sealed value is a version byte, the nonce (12 bytes), the ciphertext and the tag (16 bytes). Nonces are
/// random: a key is good for some 2^32 values.
public struct AESGCM: Sendable {
    /// What sealing adds to a value's length.
    public static let overhead = 1 + nonceCount + tagCount

    private let key: [UInt8]
    private static let keyCount = 32
    private static let nonceCount = 12
    private static let tagCount = 16
    private static let version: UInt8 = 1
    /// OpenSSL counts in `int`.
    private static let bytesMax = 1 << 30

    /// A key of 32 bytes.
    public init(key: [UInt8]) throws(CryptographyError) {
        guard key.count == Self.keyCount else {
            throw .wrongKeyLength(expected: Self.keyCount, got: key.count)
        }
        self.key = key
    }

    /// Seals a value, bound to what it belongs to: `authenticating` is not stored, and must be the same to
    /// open it.
    public func seal(_ plaintext: [UInt8], authenticating: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceCount)
        var context = try Context(isSealing: true, key: key, nonce: nonce)
        try context.authenticate([Self.version] + authenticating)
        let ciphertext = try context.transform(plaintext)
        guard try context.finish() else { throw .fromQueue("sealing") }
        return try [Self.version] + nonce + ciphertext + context.tag()
    }

    /// Opens a sealed value.
    ///
    /// - Throws: `notAuthentic` where anything differs: key, value, or what it belongs to.
    public func open(_ sealed: [UInt8], authenticating: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.overhead, sealed[0] == Self.version else { throw .notAuthentic }
        let nonceEnd = 1 + Self.nonceCount
        let tagStart = sealed.count - Self.tagCount
        var context = try Context(isSealing: false, key: key, nonce: Array(sealed[1..<nonceEnd]))
        try context.authenticate([Self.version] + authenticating)
        let plaintext = try context.transform(Array(sealed[nonceEnd..<tagStart]))
        try context.expect(tag: Array(sealed[tagStart...]))
        guard try context.finish() else { throw .notAuthentic }
        return plaintext
    }

    /// The cipher looked up once. Never freed.
    private struct Cipher: @unchecked Sendable {
        let pointer: OpaquePointer
        static let aes256 = Cipher()

        private init() {
            guard let pointer = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
                preconditionFailure("this machine's OpenSSL has no AES-256-GCM")
            }
            self.pointer = pointer
        }
    }

    private struct Context: ~Copyable {
        private let pointer: OpaquePointer

        init(isSealing: Bool, key: [UInt8], nonce: [UInt8]) throws(CryptographyError) {
            guard let pointer = EVP_CIPHER_CTX_new() else { throw .fromQueue("AES-GCM") }
            let direction: Int32 = isSealing ? 1 : 0
            // The nonce of 12 bytes is GCM's default length.
            guard EVP_CipherInit_ex2(pointer, Cipher.aes256.pointer, key, nonce, direction, nil) == 1 else {
                EVP_CIPHER_CTX_free(pointer)
                throw .fromQueue("AES-GCM")
            }
            self.pointer = pointer
        }

        deinit { EVP_CIPHER_CTX_free(pointer) }

        mutating func authenticate(_ bytes: [UInt8]) throws(CryptographyError) {
            var count: Int32 = 0
            guard bytes.count <= bytesMax,
                EVP_CipherUpdate(pointer, nil, &count, bytes, Int32(bytes.count)) == 1
            else { throw .fromQueue("AES-GCM") }
        }

        mutating func transform(_ input: [UInt8]) throws(CryptographyError) -> [UInt8] {
            guard input.count <= bytesMax else { throw .failed("the value is too long") }
            if input.isEmpty { return [] }
            var output = [UInt8](repeating: 0, count: input.count)
            var count: Int32 = 0
            guard EVP_CipherUpdate(pointer, &output, &count, input, Int32(input.count)) == 1,
                Int(count) == input.count
            else { throw .fromQueue("AES-GCM") }
            return output
        }

        /// Whether the end is as it should be: the tag's comparison, when opening.
        mutating func finish() throws(CryptographyError) -> Bool {
            var rest = [UInt8](repeating: 0, count: tagCount)
            var count: Int32 = 0
            let isGood = EVP_CipherFinal_ex(pointer, &rest, &count) == 1
            if !isGood { ERR_clear_error() }
            return isGood
        }

        mutating func expect(tag: [UInt8]) throws(CryptographyError) {
            var tag = tag
            guard EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else {
                throw .fromQueue("AES-GCM")
            }
        }

        mutating func tag() throws(CryptographyError) -> [UInt8] {
            var tag = [UInt8](repeating: 0, count: tagCount)
            guard EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1 else {
                throw .fromQueue("AES-GCM")
            }
            return tag
        }
    }
}
