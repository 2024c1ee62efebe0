/// Puts a merchant's customer into one of a hundred buckets, always the same one.
public enum CustomerBucket {
    /// 0 to 99: FNV-1a of 64 bits over the id's UTF-8, the halves folded together by exclusive or, modulo 100.
    ///
    /// FNV's authors advise to fold, since its low bits alone are weak (draft-eastlake-fnv).
    public static func bucket(of id: String) -> Int {
        let hash = fnv1a(id.utf8)
        return Int(UInt32(truncatingIfNeeded: hash >> 32 ^ hash) % 100)
    }

    static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
