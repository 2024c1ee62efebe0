internal import Core

extension BacktestTally {
    /// What a change of accounts means for the success of first attempts.
    public struct Outlook: Sendable, Hashable {
        /// Moved orders that there is evidence for at both accounts.
        public let orders: Int64
        /// Moved orders without it: nothing is said of them.
        public let noEvidence: Int64
        /// How many more of the former would have succeeded at first; nil where there are none.
        public let gain: Estimate?
    }

    /// How much likelier a first attempt of such a payment is to succeed; nil where there is no evidence for both accounts.
    public func difference(_ move: Move) -> Estimate? {
        guard move.isMove, let to = move.to,
            let before = evidence[Place(account: move.from, method: move.method)]?.estimate,
            let after = evidence[Place(account: to, method: move.method)]?.estimate
        else { return nil }
        return .sum([(1, after), (-1, before)])
    }

    /// All moves together.
    ///
    /// An account that takes part in several moves is one proportion: its uncertainty is counted once, times all the orders
    /// that come to it less those that leave it.
    public var outlook: Outlook {
        var flows: [Place: Int64] = [:]
        var (known, unknown): (Int64, Int64) = (0, 0)
        for (move, sums) in moves where move.isMove {
            guard let to = move.to, difference(move) != nil else {
                unknown += sums.orders
                continue
            }
            known += sums.orders
            flows[Place(account: to, method: move.method), default: 0] += sums.orders
            flows[Place(account: move.from, method: move.method), default: 0] -= sums.orders
        }
        // In one order, so that the last digits are always the same.
        let terms = flows.sorted {
            ($0.key.method.rawValue, $0.key.account) < ($1.key.method.rawValue, $1.key.account)
        }
        .compactMap { place, count in evidence[place]?.estimate.map { (factor: Double(count), estimate: $0) }
        }
        return Outlook(orders: known, noEvidence: unknown, gain: known > 0 ? .sum(terms) : nil)
    }

    /// Orders that would have gone elsewhere.
    public var moved: Int64 { moves.reduce(0) { $0 + ($1.key.isMove ? $1.value.orders : 0) } }
}
