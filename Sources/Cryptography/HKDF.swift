/// Sub-keys from one key (RFC 5869) with SHA-256.
public enum HKDF {
    /// Derives a key for one use, which `info` names. The same arguments give the same bytes.
    ///
    /// - Parameter count: at most 8,160 bytes.
    public static func derive(key: [UInt8], salt: [UInt8] = [], info: [UInt8], count: Int) -> [UInt8] {
        precondition((0...255 * 32).contains(count), "HKDF gives at most 8160 bytes")
        let extracted = HMAC.sha256(key: salt, key)
        var output: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 0
        while output.count < count {
            counter += 1
            block = HMAC.sha256(key: extracted, block + info + [counter])
            output += block
        }
        return Array(output.prefix(count))
    }
}
