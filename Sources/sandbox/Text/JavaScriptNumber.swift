/// How JavaScript prints a number (ECMA-262, Number::toString, radix 10).
enum JavaScriptNumber {
    /// The canonical text of a JSON number as `JSON.stringify(JSON.parse(text))` gives it; nil where the value is
    /// not finite.
    static func canonical(_ text: String) -> String? {
        guard let value = Double(text), value.isFinite else { return nil }
        if value == 0 { return "0" }
        guard let shortest = Decimal("\(abs(value))") else { return nil }
        let digits = String(decoding: shortest.digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        let point = digits.count + shortest.exponent
        return (value < 0 ? "-" : "") + layout(digits: digits, point: point)
    }

    /// `point` is where the decimal point stands, counted from the first digit (ECMA-262's n).
    private static func layout(digits: String, point: Int) -> String {
        let count = digits.count
        if count <= point, point <= 21 {
            return digits + String(repeating: "0", count: point - count)
        }
        if 0 < point, point <= 21 {
            return digits.prefix(point) + "." + digits.dropFirst(point)
        }
        if -6 < point, point <= 0 {
            return "0." + String(repeating: "0", count: -point) + digits
        }
        let power = point - 1
        let exponent = "e" + (power < 0 ? "-" : "+") + String(abs(power))
        return digits.prefix(1) + (count > 1 ? "." + digits.dropFirst() : "") + exponent
    }
}
