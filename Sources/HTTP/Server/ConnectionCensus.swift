internal import Synchronization

/// Counts the open connections, in all and per address. Shared by the servers of all reactors, because the kernel spreads
/// the connections of one address over them.
public final class ConnectionCensus: Sendable {
    private struct Counts {
        var total = 0
        var refused = 0
        var sites: [PeerAddress.Site: Int] = [:]
    }

    private let counts = Mutex(Counts())

    /// An empty census.
    public init() {}

    /// The open connections of all servers that share this.
    public var total: Int { counts.withLock { $0.total } }

    /// Counts a connection in where both caps have room for it. IPv6 addresses count by their /64.
    func admit(_ peer: PeerAddress, totalMax: Int, perAddressMax: Int?) -> Bool {
        counts.withLock { counts in
            guard counts.total < totalMax else { return false }
            let count = counts.sites[peer.site, default: 0]
            if let perAddressMax, count >= perAddressMax { return false }
            counts.total += 1
            counts.sites[peer.site] = count + 1
            return true
        }
    }

    /// Counts in a connection that is turned away and kept for a moment, where there is room for it.
    func admitRefused(max: Int) -> Bool {
        counts.withLock { counts in
            guard counts.refused < max else { return false }
            counts.refused += 1
            return true
        }
    }

    func releaseRefused() { counts.withLock { $0.refused -= 1 } }

    func release(_ peer: PeerAddress) {
        counts.withLock { counts in
            counts.total -= 1
            let count = counts.sites[peer.site, default: 0]
            counts.sites[peer.site] = count > 1 ? count - 1 : nil
        }
    }
}
