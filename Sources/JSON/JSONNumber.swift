/// A JSON number as its text: exact at any length, never binary floating point.
public struct JSONNumber: Sendable, Hashable {
    /// As it was received.
    public let text: String

    /// A whole number.
    public init(_ value: Int64) { text = String(value) }

    /// A number in JSON's grammar (RFC 8259, section 6); nil for anything else, `+1`, `01`, `.5` and `NaN`
    /// among it.
    public init?(text: String) {
        var end = 0
        var text = text
        let isNumber = text.withUTF8 { bytes in
            var scanner = JSONNumberScanner(UnsafeRawBufferPointer(bytes), from: 0)
            guard scanner.scan() else { return false }
            end = scanner.index
            return end == bytes.count
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// A measured number with at most so many decimals; nil for what is none, infinity and `NaN`.
    public init?(rounding value: Double, decimals: Int) {
        var unit = 1.0
        for _ in 0..<decimals { unit *= 10 }
        let rounded = (value * unit).rounded() / unit
        // Not `-0.0`.
        self.init(text: "\(rounded == 0 ? 0 : rounded)")
    }

    /// The reader has checked the grammar.
    init(checked text: String) { self.text = text }

    /// The value, where it is whole and fits, however it is spelled: `1000`, `1000.0` and `1e3` are the same.
    public var int64: Int64? {
        if let plain = Int64(text) { return plain }
        guard let decimal = JSONDecimal(text), decimal.exponent >= 0 else { return nil }
        // An Int64 has at most 19 digits.
        guard decimal.digits.count + decimal.exponent <= 19 else { return nil }
        let zeros = String(repeating: "0", count: decimal.exponent)
        return Int64(
            (decimal.isNegative ? "-" : "") + String(decoding: decimal.digits, as: UTF8.self) + zeros)
    }

    /// Whether both are the same number, compared as decimals: `1000`, `1000.0` and `1e3` are, and `-0` is
    /// `0`.
    ///
    /// Numbers with exponents of more than 15 digits are equal only when they are spelled alike.
    public func isNumericallyEqual(to other: JSONNumber) -> Bool {
        if text == other.text { return true }
        guard let left = JSONDecimal(text), let right = JSONDecimal(other.text) else { return false }
        return left == right
    }
}

/// A number's sign, digits without zeros at either end, and exponent of ten: one form for each value.
struct JSONDecimal: Equatable {
    private(set) var isNegative = false
    private(set) var digits: [UInt8] = []
    private(set) var exponent = 0

    /// Longer exponents are beyond comparison; the sums below cannot overflow with these.
    private static let exponentDigitsMax = 15

    /// Takes what `JSONNumberScanner` lets through; nil where the exponent is too long.
    init?(_ text: String) {
        var fraction = false
        var rest = Substring(text).utf8
        while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
            rest = rest.dropFirst()
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): fraction = true
            default:
                digits.append(byte)
                if fraction { exponent -= 1 }
            }
        }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        guard !significant.isEmpty else {
            (isNegative, digits, exponent) = (false, [UInt8(ascii: "0")], 0)
            return
        }
        digits = Array(significant)
        guard let stated = Self.exponent(of: rest.dropFirst()) else { return nil }
        exponent += stated
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
    }

    private static func exponent(of text: Substring.UTF8View) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }.drop {
            $0 == UInt8(ascii: "0")
        }
        guard digits.count <= exponentDigitsMax else { return nil }
        let magnitude = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return isNegative ? -magnitude : magnitude
    }
}
