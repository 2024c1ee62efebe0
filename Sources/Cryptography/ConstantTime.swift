internal import COpenSSL

/// Whether both are the same, in a time that says nothing of where they differ; their lengths may show.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
