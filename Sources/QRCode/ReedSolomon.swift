/// Error correction over the field of 256 elements with the polynomial x⁸ + x⁴ + x³ + x² + 1 (section 7.5).
struct ReedSolomon {
    /// The generator's coefficients from the highest power down, without the first, which is 1.
    private let generator: [UInt8]

    /// A corrector that adds so many codewords to a block.
    init(count: Int) {
        // The product of (x − αⁱ) for i from 0 to count − 1.
        var product: [UInt8] = [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            var next = product + [0]
            for index in product.indices { next[index + 1] ^= Self.multiply(product[index], root) }
            product = next
            root = Self.multiply(root, 2)
        }
        generator = Array(product.dropFirst())
    }

    /// The remainder of the block's division by the generator.
    func correction(of block: ArraySlice<UInt8>) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for byte in block {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for index in remainder.indices { remainder[index] ^= Self.multiply(generator[index], factor) }
        }
        return remainder
    }

    /// The field's product.
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        guard left != 0, right != 0 else { return 0 }
        return tables.powers[Int(tables.logarithms[Int(left)]) + Int(tables.logarithms[Int(right)])]
    }

    /// Powers of 2 and their exponents; the powers twice, so that a sum of two exponents needs no division.
    private static let tables: (powers: [UInt8], logarithms: [UInt8]) = {
        var powers = [UInt8](repeating: 0, count: 510)
        var logarithms = [UInt8](repeating: 0, count: 256)
        var power: UInt16 = 1
        for exponent in 0..<255 {
            powers[exponent] = UInt8(power)
            powers[exponent + 255] = UInt8(power)
            logarithms[Int(power)] = UInt8(exponent)
            power <<= 1
            if power > 0xFF { power ^= 0x11D }
        }
        return (powers, logarithms)
    }()
}
