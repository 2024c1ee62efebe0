/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, which a failing test prints.
public struct SeededGenerator: RandomNumberGenerator {
    /// Where it began.
    public let seed: UInt64
    private var state: UInt64

    /// A generator; another one each time unless a seed is told.
    public init(_ seed: UInt64 = .random(in: 0 ... .max)) {
        self.seed = seed
        state = seed
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// True so often, from 0 to 1.
    public mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}
