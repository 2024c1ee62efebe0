extension JSONNumber {
    /// The number as PHP prints it after reading it; nil for one past the greatest float.
    func php(_ precision: JSON.SerializePrecision) -> String? {
        let isWhole = !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
        // Also turns the whole number `-0` into `0`, as PHP does; the float `-0.0` keeps its sign.
        if isWhole, let value = Int64(text) { return String(value) }
        guard let value = Double(text), value.isFinite else { return nil }
        let sign = value.sign == .minus ? "-" : ""
        guard value != 0 else { return sign + "0" }
        switch precision {
        case .shortest:
            // Swift and PHP agree on the digits: the fewest that read back, and of those the closest.
            guard let decimal = JSONDecimal(value.magnitude.description) else { return nil }
            return sign + Self.phpPlaced(decimal.digits, point: decimal.digits.count + decimal.exponent)
        case .seventeen:
            let decimal = ExactDecimal(value.magnitude).rounded(toDigits: 17)
            return sign + Self.phpPlaced(decimal.digits, point: decimal.point)
        }
    }

    /// Puts the point after so many digits, by the rules of PHP's `smart_str_append_double` (php-src,
    /// main/snprintf.c, `php_gcvt` with 17 digits).
    private static func phpPlaced(_ ascii: [UInt8], point: Int) -> String {
        let digits = String(decoding: ascii, as: UTF8.self)
        if point < -3 || point > 17 {
            let exponent = point - 1
            let fraction = ascii.count == 1 ? "0" : String(digits.dropFirst())
            return "\(digits.prefix(1)).\(fraction)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= ascii.count { return digits + String(repeating: "0", count: point - ascii.count) }
        return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    }
}
