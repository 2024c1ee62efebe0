internal import COpenSSL

/// Seals values so that they can be neither read nor altered without the key: AES-256-GCM (NIST SP 800-38D).
///
/// A sealed value is a version byte, the nonce (12 bytes), the ciphertext and the tag (16 bytes). Nonces are
/// random: a key is good for some 2^32 values.
public struct AESGCM: Sendable {
    /// What sealing adds to a value's length.
    public static let overhead = 1 + nonceCount + tagCount

    private let contexts: Contexts
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
        contexts = Contexts(key)
    }

    /// Seals a value, bound to what it belongs to: `authenticating` is not stored, and must be the same to
    /// open it.
    public func seal(_ plaintext: [UInt8], authenticating: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let nonce = contexts.nonce()
        var context = try contexts.take(isSealing: true, nonce: nonce)
        try context.authenticate([Self.version] + authenticating)
        let ciphertext = try context.transform(plaintext)
        guard try context.finish() else { throw .fromQueue("sealing") }
        let tag = try context.tag()
        contexts.giveBack(context)
        return [Self.version] + nonce + ciphertext + tag
    }

    /// Opens a sealed value.
    ///
    /// - Throws: `notAuthentic` where anything differs: key, value, or what it belongs to.
    public func open(_ sealed: [UInt8], authenticating: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.overhead, sealed[0] == Self.version else { throw .notAuthentic }
        let nonceEnd = 1 + Self.nonceCount
        let tagStart = sealed.count - Self.tagCount
        var context = try contexts.take(isSealing: false, nonce: Array(sealed[1..<nonceEnd]))
        try context.authenticate([Self.version] + authenticating)
        let plaintext = try context.transform(Array(sealed[nonceEnd..<tagStart]))
        try context.expect(tag: Array(sealed[tagStart...]))
        guard try context.finish() else { throw .notAuthentic }
        contexts.giveBack(context)
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

    /// A key, with what was made ready for it: to work a key out anew for each value takes longer than the value. What failed is
    /// not used again. Behind OpenSSL's lock and not Swift's: the thread sanitizer knows what that one orders.
    private final class Contexts: @unchecked Sendable {
        private let key: [UInt8]
        private let lock: UnsafeMutableRawPointer
        /// Contexts that nobody uses now, owned by the lists.
        private var sealing: [OpaquePointer] = []
        private var opening: [OpaquePointer] = []
        private var nonces: [UInt8] = []
        /// More than there are ever threads that seal or open at once.
        private static let spareMax = 64
        /// Nonces that are asked of the generator at a time.
        private static let noncesAtATime = 64

        init(_ key: [UInt8]) {
            guard let lock = CRYPTO_THREAD_lock_new() else { preconditionFailure("out of memory in AES-GCM") }
            (self.key, self.lock) = (key, lock)
        }

        deinit {
            (sealing + opening).forEach { EVP_CIPHER_CTX_free($0) }
            CRYPTO_THREAD_lock_free(lock)
        }

        private func locked<Result>(_ body: () -> Result) -> Result {
            CRYPTO_THREAD_write_lock(lock)
            defer { CRYPTO_THREAD_unlock(lock) }
            return body()
        }

        func nonce() -> [UInt8] {
            locked {
                if nonces.isEmpty { nonces = RandomBytes.make(nonceCount * Self.noncesAtATime) }
                let nonce = Array(nonces.suffix(nonceCount))
                nonces.removeLast(nonceCount)
                return nonce
            }
        }

        func take(isSealing: Bool, nonce: [UInt8]) throws(CryptographyError) -> Context {
            let spare = locked { isSealing ? sealing.popLast() : opening.popLast() }
            if let spare { return try Context(again: spare, isSealing: isSealing, nonce: nonce) }
            return try Context(isSealing: isSealing, key: key, nonce: nonce)
        }

        func giveBack(_ context: consuming Context) {
            let isSealing = context.isSealing
            let pointer = context.release()
            let isKept = locked {
                guard sealing.count + opening.count < Self.spareMax else { return false }
                if isSealing { sealing.append(pointer) } else { opening.append(pointer) }
                return true
            }
            if !isKept { EVP_CIPHER_CTX_free(pointer) }
        }
    }

    private struct Context: ~Copyable {
        private let pointer: OpaquePointer
        let isSealing: Bool

        init(isSealing: Bool, key: [UInt8], nonce: [UInt8]) throws(CryptographyError) {
            guard let pointer = EVP_CIPHER_CTX_new() else { throw .fromQueue("AES-GCM") }
            try self.init(pointer, Cipher.aes256.pointer, key, nonce, isSealing: isSealing)
        }

        /// With the key that it has.
        init(again pointer: OpaquePointer, isSealing: Bool, nonce: [UInt8]) throws(CryptographyError) {
            try self.init(pointer, nil, nil, nonce, isSealing: isSealing)
        }

        private init(
            _ pointer: OpaquePointer, _ cipher: OpaquePointer?, _ key: [UInt8]?, _ nonce: [UInt8],
            isSealing: Bool
        ) throws(CryptographyError) {
            // The nonce of 12 bytes is GCM's default length.
            guard EVP_CipherInit_ex2(pointer, cipher, key, nonce, isSealing ? 1 : 0, nil) == 1 else {
                EVP_CIPHER_CTX_free(pointer)
                throw .fromQueue("AES-GCM")
            }
            self.pointer = pointer
            self.isSealing = isSealing
        }

        /// The context itself, not to be freed here any more.
        consuming func release() -> OpaquePointer {
            let pointer = pointer
            discard self
            return pointer
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
