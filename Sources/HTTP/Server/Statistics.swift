internal import Synchronization

/// What a server has counted since it started.
public struct Statistics: Sendable, Equatable {
    /// Connections open now, those that linger after their last answer included.
    public var open = 0
    /// Connections that were let in.
    public var accepted: UInt64 = 0
    /// Connections that were turned away with a 503, or closed for want of descriptors.
    public var refused: UInt64 = 0
    /// Requests that were received whole.
    public var requests: UInt64 = 0
    /// Connections ended because a client was too slow to send or to read, idle ones not counted.
    public var timeouts: UInt64 = 0
    /// Answers by the first digit of their status: 2 to 5.
    public var responses: [Int: UInt64] = [:]
}

/// Counters that one thread writes and any reads; no update needs a locked instruction.
final class Counters: Sendable {
    let open = Atomic<Int>(0)
    let accepted = Atomic<UInt64>(0)
    let refused = Atomic<UInt64>(0)
    let requests = Atomic<UInt64>(0)
    let timeouts = Atomic<UInt64>(0)
    private let second = Atomic<UInt64>(0)
    private let third = Atomic<UInt64>(0)
    private let fourth = Atomic<UInt64>(0)
    private let fifth = Atomic<UInt64>(0)

    func countResponse(_ status: Int) {
        switch status / 100 {
        case 2: second.count()
        case 3: third.count()
        case 4: fourth.count()
        default: fifth.count()
        }
    }

    var snapshot: Statistics {
        Statistics(
            open: open.load(ordering: .relaxed), accepted: accepted.load(ordering: .relaxed),
            refused: refused.load(ordering: .relaxed), requests: requests.load(ordering: .relaxed),
            timeouts: timeouts.load(ordering: .relaxed),
            responses: [
                2: second.load(ordering: .relaxed), 3: third.load(ordering: .relaxed),
                4: fourth.load(ordering: .relaxed), 5: fifth.load(ordering: .relaxed),
            ])
    }
}

extension Atomic where Value == UInt64 {
    /// One more; right only where a single thread writes.
    func count() { store(load(ordering: .relaxed) &+ 1, ordering: .relaxed) }
}
