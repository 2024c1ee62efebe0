internal import CLinux

/// Where a connection comes from. An IPv4 address mapped into IPv6 is the IPv4 address.
public struct PeerAddress: Sendable, Hashable {
    /// The address in network order, as two big-endian words; IPv4 is in the low 32 bits.
    let high: UInt64
    let low: UInt64
    /// Whether it is an IPv6 address.
    public let isVersion6: Bool
    /// The TCP port.
    public let port: UInt16

    private static let mappedPrefix: UInt64 = 0x0000_FFFF << 32

    init(high: UInt64, low: UInt64, isVersion6: Bool, port: UInt16) {
        let isMapped = isVersion6 && high == 0 && low >> 32 == Self.mappedPrefix >> 32
        self.high = high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        self.isVersion6 = isVersion6 && !isMapped
        self.port = port
    }

    init(_ storage: sockaddr_storage) {
        self = withUnsafeBytes(of: storage) { bytes in
            if Int32(storage.ss_family) == AF_INET6 {
                let address = bytes.load(as: sockaddr_in6.self)
                let words = withUnsafeBytes(of: address.sin6_addr) { raw in
                    (
                        raw.loadUnaligned(as: UInt64.self),
                        raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                    )
                }
                return PeerAddress(
                    high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), isVersion6: true,
                    port: UInt16(bigEndian: address.sin6_port))
            }
            let address = bytes.load(as: sockaddr_in.self)
            return PeerAddress(
                high: 0, low: UInt64(UInt32(bigEndian: address.sin_addr.s_addr)), isVersion6: false,
                port: UInt16(bigEndian: address.sin_port))
        }
    }

    /// Reads an address as people write it; nil where it is none.
    public init?(_ text: String, port: UInt16 = 0) {
        // C would read no further.
        if text.utf8.contains(0) { return nil }
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(high: 0, low: UInt64(UInt32(bigEndian: four.s_addr)), isVersion6: false, port: port)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let words = withUnsafeBytes(of: six) { raw in
                (raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(
                high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), isVersion6: true,
                port: port)
        } else {
            return nil
        }
    }

    /// The IP address as text, without the port.
    public var text: String {
        if isVersion6 {
            var bytes = (high.bigEndian, low.bigEndian)
            return Self.text(AF_INET6, &bytes)
        }
        var bytes = UInt32(truncatingIfNeeded: low).bigEndian
        return Self.text(AF_INET, &bytes)
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            guard let base = buffer.baseAddress,
                let text = inet_ntop(family, address, base, socklen_t(INET6_ADDRSTRLEN))
            else { return "" }
            return String(cString: text)
        }
    }

    /// Whether it is this machine itself.
    public var isLoopback: Bool {
        isVersion6 ? (high == 0 && low == 1) : low >> 24 == 127
    }

    /// What the cap per address counts by: an IPv4 address, or the /64 that one IPv6 subscriber has.
    public var site: Site { Site(prefix: isVersion6 ? high : low, isVersion6: isVersion6) }

    /// Where a caller is, as far as it can be told apart from others.
    public struct Site: Hashable, Sendable {
        let prefix: UInt64
        let isVersion6: Bool
    }
}
