/// What a symbol says of itself, each with the check bits of a BCH code (annexes C and D).
enum Information {
    /// 15 bits: level and mask, overlaid with a fixed pattern so that they are never all light.
    static func format(_ level: QRCode.Level, mask: Int) -> Int {
        let indicator =
            switch level {
            case .low: 0b01
            case .medium: 0b00
            case .quartile: 0b11
            case .high: 0b10
            }
        let data = indicator << 3 | mask
        return (data << 10 | remainder(data, degree: 10, generator: 0b101_0011_0111)) ^ 0b101_0100_0001_0010
    }

    /// 18 bits, in versions from 7 on.
    static func version(_ version: Int) -> Int {
        version << 12 | remainder(version, degree: 12, generator: 0b1_1111_0010_0101)
    }

    private static func remainder(_ data: Int, degree: Int, generator: Int) -> Int {
        var rest = data
        for _ in 0..<degree { rest = rest << 1 ^ (rest >> (degree - 1) & 1) * generator }
        return rest
    }
}
