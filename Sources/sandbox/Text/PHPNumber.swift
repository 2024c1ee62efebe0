internal import Glibc

/// How PHP's `json_encode` prints a number that `json_decode` read.
enum PHPNumber {
    /// The ini setting `serialize_precision`.
    enum Precision: Int64, Sendable {
        /// As few digits as tell the number from all others.
        case shortest = -1
        /// Always 17 digits, as older hosts have it: 0.1 is 0.10000000000000001.
        case seventeen = 17
    }

    /// Nil where the value is not finite.
    static func canonical(_ text: String, _ precision: Precision) -> String? {
        let isWhole = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        // What does not fit 64 bits becomes a float; the integer -0 becomes 0.
        if isWhole, let integer = Int64(text) { return String(integer) }
        guard let value = Double(text), value.isFinite else { return nil }
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 { return sign + "0" }
        let printed = precision == .shortest ? "\(abs(value))" : seventeenDigits(abs(value))
        guard let decimal = Decimal(printed) else { return nil }
        let digits = String(decoding: decimal.digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        return sign + layout(digits: digits, point: digits.utf8.count + decimal.exponent)
    }

    /// `point` is where the decimal point stands, counted from the first digit (`decpt` in PHP's `php_gcvt`).
    private static func layout(digits: String, point: Int) -> String {
        let count = digits.utf8.count
        if point < -3 || point > 17 {
            let power = point - 1
            let rest = count > 1 ? digits.dropFirst() : "0"
            return "\(digits.prefix(1)).\(rest)e\(power < 0 ? "-" : "+")\(abs(power))"
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if count <= point { return digits + String(repeating: "0", count: point - count) }
        return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    }

    private static func seventeenDigits(_ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.16e", $0) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
