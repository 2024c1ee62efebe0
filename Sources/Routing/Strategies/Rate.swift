/// A share of an amount, exact to a millionth: `0.85` is 0.85 per cent.
public struct Rate: Sendable, Hashable {
    /// 0 to 1,000,000.
    public let partsPerMillion: Int64

    /// Nothing.
    public static let zero = Rate(partsPerMillion: 0)
    /// All of it.
    public static let whole = Rate(partsPerMillion: million)
    private static let million: Int64 = 1_000_000
    private static let decimals = 4

    private init(partsPerMillion: Int64) { self.partsPerMillion = partsPerMillion }

    /// Reads per cent as a decimal, `0` to `100` with at most four decimals, no sign and no exponent.
    public init?(percent text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, (1...3).contains(whole.count),
            parts.count == 1 || (1...Self.decimals).contains(parts[1].count),
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        let zeros = repeatElement(UInt8(ascii: "0"), count: Self.decimals - fraction.count)
        let value = (Array(whole) + fraction + zeros).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        guard value <= Self.million else { return nil }
        partsPerMillion = value
    }

    /// Per cent, without zeros at the end: `0.85`, `2`.
    public var percent: String {
        let unit: Int64 = 10_000
        let whole = String(partsPerMillion / unit)
        guard partsPerMillion % unit != 0 else { return whole }
        var fraction = String(String(unit + partsPerMillion % unit).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return whole + "." + fraction
    }

    /// The share of an amount in minor units, a part of a unit rounded up. Nothing of what is below 0.
    public func share(of amount: Int64) -> Int64 {
        let product = UInt64(max(0, amount)).multipliedFullWidth(by: UInt64(partsPerMillion))
        let (quotient, remainder) = UInt64(Self.million).dividingFullWidth(product)
        // At most the amount itself: it fits.
        return Int64(quotient) + (remainder > 0 ? 1 : 0)
    }
}
