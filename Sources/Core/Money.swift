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
    public init(decimal text: some StringProtocol, _ currency: Currency) throws(ParseError) {
        var scanner = DecimalScanner(text.utf8)
        self.init(minor: try scanner.minorUnits(exponent: currency.exponent), currency)
    }

    /// With all the currency's decimals: `345.67`, `1000.00`, `4000` (riel).
    public var decimal: String {
        let digits = String(minor.magnitude)
        let sign = minor < 0 ? "-" : ""
        if currency.exponent == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, currency.exponent + 1 - digits.count)) + digits
        return sign + padded.dropLast(currency.exponent) + "." + padded.suffix(currency.exponent)
    }

    /// Without zeros at the end: `345.67`, `1000`, `0.5`, as JavaScript prints the number.
    public var decimalShortest: String {
        var text = Substring(decimal)
        guard text.contains(".") else { return String(text) }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return String(text)
    }
}

/// Digits, a point and an exponent, to whole minor units.
private struct DecimalScanner<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence
    /// Longer numbers than this are refused unread: no amount needs them.
    private static var digitsMax: Int { 64 }

    init(_ bytes: Bytes) { rest = bytes[...] }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func digits() -> [UInt8] {
        let found = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(found.count)
        return found.map { $0 - 0x30 }
    }

    mutating func minorUnits(exponent: Int) throws(Money.ParseError) -> Int64 {
        let negative = take(UInt8(ascii: "-"))
        let whole = digits()
        var fraction: [UInt8] = []
        if take(UInt8(ascii: ".")) {
            fraction = digits()
            guard !fraction.isEmpty else { throw .malformed }
        }
        guard !whole.isEmpty, whole.count + fraction.count <= Self.digitsMax else { throw .malformed }
        let shift = try scale() + exponent - fraction.count
        guard rest.isEmpty else { throw .malformed }
        let value = try Self.shifted(Array((whole + fraction).drop { $0 == 0 }), by: shift)
        return negative ? -value : value
    }

    private mutating func scale() throws(Money.ParseError) -> Int {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return 0 }
        let negative = take(UInt8(ascii: "-"))
        if !negative { _ = take(UInt8(ascii: "+")) }
        let power = digits()
        guard !power.isEmpty, power.count <= 4 else { throw .malformed }
        let value = power.reduce(0) { $0 * 10 + Int($1) }
        return negative ? -value : value
    }

    private static func shifted(_ digits: [UInt8], by shift: Int) throws(Money.ParseError) -> Int64 {
        if digits.isEmpty { return 0 }
        var digits = digits
        if shift < 0 {
            let dropped = digits.suffix(-shift)
            guard -shift <= digits.count, dropped.allSatisfy({ $0 == 0 }) else { throw .tooManyDecimals }
            digits.removeLast(-shift)
        } else {
            guard digits.count + shift <= 15 else { throw .outOfRange }
            digits += [UInt8](repeating: 0, count: shift)
        }
        guard digits.count <= 15 else { throw .outOfRange }
        return digits.reduce(0) { $0 * 10 + Int64($1) }
    }
}
