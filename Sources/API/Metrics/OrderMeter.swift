internal import Core
internal import Orchestration
internal import Synchronization

/// Counts the orders that merchants' calls made or ended, by method and state: few pairs, so the table stays small.
final class OrderMeter: Sendable {
    /// What is counted apart.
    struct Key: Sendable, Hashable {
        let method: String
        let state: String
    }

    private let counts = Mutex<[Key: UInt64]>([:])

    /// Counts an order as it was answered.
    func count(_ order: OrderView) {
        let key = Key(method: order.method.rawValue, state: order.state.rawValue)
        counts.withLock { $0[key, default: 0] += 1 }
    }

    /// What was counted so far.
    func snapshot() -> [Key: UInt64] { counts.withLock { $0 } }
}
