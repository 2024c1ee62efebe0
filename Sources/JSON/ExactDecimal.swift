/// All the decimal digits of a binary floating point number, for printing a given count of them.
struct ExactDecimal {
    /// ASCII digits without zeros at either end.
    private(set) var digits: [UInt8]
    /// How many digits stand before the point; zero or less where zeros follow the point first.
    private(set) var point: Int

    /// Nine digits to a limb, the least significant first.
    private static let limb: UInt64 = 1_000_000_000

    /// Takes finite numbers above zero.
    init(_ value: Double) {
        let isSubnormal = value.exponentBitPattern == 0
        let significand = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
        let exponent = Int(isSubnormal ? 1 : value.exponentBitPattern) - 1075
        var limbs = [significand % Self.limb, significand / Self.limb]
        // A number over 2^n is as many fives over 10^n.
        let (factor, count): (UInt64, Int) = exponent < 0 ? (5, -exponent) : (2, exponent)
        var left = count
        while left > 0 {
            // 5^13 is less than 2^31: a limb's product and the carry fit 64 bits.
            let step = min(left, 13)
            Self.multiply(&limbs, by: (0..<step).reduce(1) { product, _ in product * factor })
            left -= step
        }
        digits = Self.text(limbs)
        point = digits.count - (exponent < 0 ? count : 0)
        dropZeros()
    }

    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
        var carry: UInt64 = 0
        for place in limbs.indices {
            let product = limbs[place] * factor + carry
            limbs[place] = product % limb
            carry = product / limb
        }
        while carry > 0 {
            limbs.append(carry % limb)
            carry /= limb
        }
    }

    private static func text(_ limbs: [UInt64]) -> [UInt8] {
        var text: [UInt8] = []
        for value in limbs.reversed() {
            let digits = String(value).utf8
            text += repeatElement(UInt8(ascii: "0"), count: 9 - digits.count)
            text += digits
        }
        return Array(text.drop { $0 == UInt8(ascii: "0") })
    }

    private mutating func dropZeros() {
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    }

    /// At most so many digits, rounded to the nearest, a tie to the even digit, as C's `%.17g` rounds.
    func rounded(toDigits count: Int) -> ExactDecimal {
        guard digits.count > count else { return self }
        var result = self
        result.digits = Array(digits.prefix(count))
        // No zeros at the end: what follows a 5 makes it more than half.
        let isTie = digits.count == count + 1 && digits[count] == UInt8(ascii: "5")
        let roundsUp = isTie ? digits[count - 1] & 1 == 1 : digits[count] >= UInt8(ascii: "5")
        if roundsUp { result.increment() }
        result.dropZeros()
        return result
    }

    private mutating func increment() {
        for place in digits.indices.reversed() {
            if digits[place] < UInt8(ascii: "9") {
                digits[place] += 1
                return
            }
            digits[place] = UInt8(ascii: "0")
        }
        digits.insert(UInt8(ascii: "1"), at: 0)
        point += 1
    }
}
