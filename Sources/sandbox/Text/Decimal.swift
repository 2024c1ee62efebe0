/// The exact value of a JSON number: digits without outer zeros, times ten to the exponent.
struct Decimal: Equatable {
    var isNegative: Bool
    var digits: [UInt8]
    var exponent: Int

    /// Reads a number that already has JSON's form. Exponents are bounded, so that nobody can ask for a
    /// number with a billion digits.
    init?(_ text: String) {
        var digits: [UInt8] = []
        var exponent = 0
        var negative = false
        var seenPoint = false
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "-") {
            negative = true
            bytes = bytes.dropFirst()
        }
        while let byte = bytes.first {
            bytes = bytes.dropFirst()
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
                let sign = bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
                guard let power = Int(String(decoding: sign, as: UTF8.self)), abs(power) <= 400 else {
                    return nil
                }
                exponent += power
                break
            } else {
                digits.append(byte - UInt8(ascii: "0"))
                exponent -= seenPoint ? 1 : 0
            }
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        digits = Array(digits.drop { $0 == 0 })
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
        isNegative = negative && !digits.isEmpty
    }
}
