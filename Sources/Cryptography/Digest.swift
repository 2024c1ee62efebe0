internal import COpenSSL

/// The digests that RSA signatures are made over.
public enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    /// SHA-256.
    case sha256
    /// SHA-1: broken for new uses, and what some providers still sign with.
    case sha1

    var fetched: FetchedDigest {
        switch self {
        case .sha256: .sha256
        case .sha1: .sha1
        }
    }
}

/// Digests of bytes in memory.
public enum Digest {
    /// SHA-256: 32 bytes.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { FetchedDigest.sha256.digest(bytes) }

    /// SHA-1, 20 bytes; for providers that ask for it.
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] { FetchedDigest.sha1.digest(bytes) }

    /// MD5, 16 bytes; for providers that ask for it.
    public static func md5(_ bytes: [UInt8]) -> [UInt8] { FetchedDigest.md5.digest(bytes) }

    /// MD5 as 32 lower-case hex digits: the name under which a KHQR code is asked about, and for that alone.
    /// It protects nothing; two texts of one MD5 can be made at will.
    public static func md5Hex(_ bytes: some Sequence<UInt8>) -> String { Hex.encode(md5(Array(bytes))) }
}

/// A digest looked up once: OpenSSL 3 otherwise searches its providers on every use. Never freed.
struct FetchedDigest: @unchecked Sendable {
    let pointer: OpaquePointer
    private let count: Int

    static let sha256 = FetchedDigest("SHA2-256", count: 32)
    static let sha1 = FetchedDigest("SHA1", count: 20)
    static let md5 = FetchedDigest("MD5", count: 16)

    private init(_ name: String, count: Int) {
        guard let pointer = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("this machine's OpenSSL has no \(name)")
        }
        self.pointer = pointer
        self.count = count
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            guard EVP_Digest(bytes, bytes.count, output.baseAddress, nil, pointer, nil) == 1 else {
                preconditionFailure("out of memory in a digest")
            }
            filled = count
        }
    }
}
