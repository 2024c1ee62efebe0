/// An amount in a currency's minor units. Never binary floating point.
public struct Money: Hashable, Sendable {
    /// Minor units: satang, cents; whole riel.
    public let minor: Int64
    /// Whose units.
    public let currency: Currency

    /// The most an amount may be: fifteen digits of minor units, which every provider's and program's numbers hold exactly.
    public static let minorMax: Int64 = 999_999_999_999_999

    /// An amount in minor units.
    public init(minor: Int64, _ currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// Why a text is no amount.
    public enum ParseError: Error, Sendable, Equatable {
        /// Not digits with at most one point, an optional sign and an optional exponent.
        case malformed
        /// More decimals than the currency has; zeros at the end do not count.
        case tooManyDecimals
        /// More than `minorMax`, either side of zero.
        case outOfRange
    }

    /// Reads a decimal as JSON writes numbers (`345.67`, `1e3`), exactly.
    public init(decimal text: String, _ currency: Currency) throws(ParseError) {
        var scanner = DecimalScanner(text)
        self.init(minor: try scanner.minorUnits(exponent: currency.exponent), currency)
    }

    /// With all the currency's decimals: `345.67`, `1000.00`, `4000` (riel).
    public var decimal: String { text(minor.magnitude, decimals: currency.exponent) }

    /// Without zeros at the end: `345.67`, `1000`, `0.5`, as JavaScript prints the number.
    public var decimalShortest: String {
        var (digits, decimals) = (minor.magnitude, currency.exponent)
        while decimals > 0, digits.isMultiple(of: 10) {
            digits /= 10
            decimals -= 1
        }
        return text(digits, decimals: decimals)
    }

    /// Digits with a point before the last so many of them, and the sign.
    private func text(_ digits: UInt64, decimals: Int) -> String {
        let sign = minor < 0 ? "-" : ""
        if decimals == 0 { return sign + String(digits) }
        let (whole, part) = digits.quotientAndRemainder(dividingBy: powerOfTen(decimals))
        // One more digit in front keeps the zeros that the part begins with.
        return sign + String(whole) + "." + String(part + powerOfTen(decimals)).dropFirst()
    }
}

private func powerOfTen(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
}

/// Digits, a point and an exponent, to whole minor units: in one pass, without storage.
private struct DecimalScanner {
    private var rest: String.UTF8View.Iterator
    private var next: UInt8?
    /// What the digits are without the zeros at either end, where these are no more than `significantMax`.
    private var mantissa: UInt64 = 0
    /// How many digits the mantissa has, and how many zeros follow it.
    private var (significant, zeros) = (0, 0)

    /// Longer numbers than this are refused: no amount needs them.
    private static let digitsMax = 64
    /// `Money.minorMax` has so many.
    private static let significantMax = 15

    init(_ text: String) {
        rest = text.utf8.makeIterator()
        next = rest.next()
    }

    mutating func minorUnits(exponent: Int) throws(Money.ParseError) -> Int64 {
        let isNegative = take(UInt8(ascii: "-"))
        let whole = digits()
        var fraction = 0
        if take(UInt8(ascii: ".")) {
            fraction = digits()
            guard fraction > 0 else { throw .malformed }
        }
        guard whole > 0, whole + fraction <= Self.digitsMax else { throw .malformed }
        let shift = try scale() + exponent - fraction + zeros
        guard next == nil else { throw .malformed }
        if significant == 0 { return 0 }
        guard shift >= 0 else { throw .tooManyDecimals }
        guard significant + shift <= Self.significantMax else { throw .outOfRange }
        let value = Int64(mantissa * powerOfTen(shift))
        return isNegative ? -value : value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        next = rest.next()
        return true
    }

    private mutating func digit() -> UInt8? {
        guard let byte = next, byte &- UInt8(ascii: "0") < 10 else { return nil }
        next = rest.next()
        return byte - UInt8(ascii: "0")
    }

    /// Adds digits to the mantissa; how many there were.
    private mutating func digits() -> Int {
        var count = 0
        while let digit = digit() {
            count += 1
            add(digit)
        }
        return count
    }

    private mutating func add(_ digit: UInt8) {
        if digit == 0 {
            // Before the mantissa they say nothing.
            if significant > 0 { zeros += 1 }
            return
        }
        significant += zeros + 1
        if significant <= Self.significantMax { mantissa = mantissa * powerOfTen(zeros + 1) + UInt64(digit) }
        zeros = 0
    }

    private mutating func scale() throws(Money.ParseError) -> Int {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return 0 }
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        var (power, count) = (0, 0)
        while let digit = digit() {
            count += 1
            // More digits than four are refused below, whatever they are.
            if count <= 4 { power = power * 10 + Int(digit) }
        }
        guard (1...4).contains(count) else { throw .malformed }
        return isNegative ? -power : power
    }
}
