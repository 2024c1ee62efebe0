/// An amount of money in hundredths: both currencies played here have two decimals.
struct Amount: Sendable, Hashable, Comparable {
    var minor: Int64

    /// Far above any limit, far below where sums could overflow.
    static let maximumMinor: Int64 = 1_000_000_000_000

    init(minor: Int64) {
        self.minor = minor
    }

    /// The amount that a JSON number's text means: at most two decimals, not negative; nil otherwise.
    init?(number text: String) {
        guard let decimal = Decimal(text), !decimal.isNegative, decimal.exponent >= -2 else { return nil }
        guard decimal.digits.count + decimal.exponent <= 10 else { return nil }
        var minor: Int64 = 0
        for digit in decimal.digits { minor = minor * 10 + Int64(digit) }
        for _ in 0..<max(0, decimal.exponent + 2) { minor *= 10 }
        guard minor <= Self.maximumMinor else { return nil }
        self.minor = minor
    }

    /// The amount in a string such as "500" or "999.99": digits, and at most two decimals; no leading zeros.
    init?(plain text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        guard isDigits, !parts.isEmpty, parts.count == 1 || parts[1].count <= 2 else { return nil }
        guard parts[0].count == 1 || !parts[0].hasPrefix("0") else { return nil }
        self.init(number: text)
    }

    static func < (left: Amount, right: Amount) -> Bool { left.minor < right.minor }
    static func + (left: Amount, right: Amount) -> Amount { Amount(minor: left.minor + right.minor) }
    static func - (left: Amount, right: Amount) -> Amount { Amount(minor: left.minor - right.minor) }

    /// The digits after the point, 0…99: they choose the behaviour.
    var hundredths: Int { Int(minor % 100) }

    /// "999.90": always two decimals.
    var text: String {
        let magnitude = minor.magnitude
        let hundredths = magnitude % 100
        return "\(minor < 0 ? "-" : "")\(magnitude / 100).\(hundredths < 10 ? "0" : "")\(hundredths)"
    }

    /// 999.9, 1000: as JavaScript prints the number.
    var number: JSONValue {
        let magnitude = minor.magnitude
        let sign = minor < 0 ? "-" : ""
        switch magnitude % 100 {
        case 0: return .number("\(sign)\(magnitude / 100)")
        case let rest where rest % 10 == 0: return .number("\(sign)\(magnitude / 100).\(rest / 10)")
        default: return .number(text)
        }
    }

    /// A share in hundredths of a percent, rounded half up.
    func share(basisPoints: Int64) -> Amount {
        Amount(minor: (minor * basisPoints + 5_000) / 10_000)
    }
}
