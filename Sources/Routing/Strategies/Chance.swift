internal import Core

/// Chance that is the same wherever and whenever it is drawn: from an order's id, never from a clock or a generator.
struct Chance {
    /// What all draws for the order follow from.
    let seed: UInt64
    private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(order: Identifier) {
        seed = Self.mixed(order.high ^ Self.mixed(order.low &+ Self.increment))
    }

    /// Draw number `index`, below `bound`, which is above 0. The bias is below bound / 2^64.
    func draw(_ index: Int, below bound: Int) -> Int {
        let value = Self.mixed(seed &+ Self.increment &* UInt64(truncatingIfNeeded: index + 1))
        return Int(value.multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// The places of a list of weights, drawn by weight one after the other; those of weight 0 last, in their order.
    ///
    /// It is drawn over the whole list and whoever cannot take the payment is passed over afterwards: the others share
    /// what is theirs by their weights, and no order of theirs moves when an account goes or comes back.
    func places(weights: [Int]) -> [Int] {
        var left = Array(weights.indices)
        var total = weights.reduce(0, +)
        var places: [Int] = []
        places.reserveCapacity(weights.count)
        while total > 0 {
            var rest = draw(places.count, below: total)
            guard
                let found = left.firstIndex(where: { place in
                    rest -= weights[place]
                    return rest < 0
                })
            else { break }
            let place = left.remove(at: found)
            total -= weights[place]
            places.append(place)
        }
        return places + left
    }
}
