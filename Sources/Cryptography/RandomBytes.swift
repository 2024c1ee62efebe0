internal import COpenSSL

/// Bytes that nobody can guess.
public enum RandomBytes {
    /// So many bytes from OpenSSL's generator.
    public static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            // Without randomness every key and nonce made from here on would be worthless.
            guard count == 0 || RAND_bytes(output.baseAddress, Int32(count)) == 1 else {
                preconditionFailure("this machine gives no randomness")
            }
            filled = count
        }
    }
}
