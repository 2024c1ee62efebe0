import JSON
import TestSupport

/// Texts of JSON objects as nobody would tidy them up: odd spellings, repeated and numeric keys, every kind of number.
struct RandomDocument {
    private(set) var text: [UInt8] = []
    private var random: SeededGenerator

    init(from random: inout SeededGenerator) {
        self.random = SeededGenerator(random.next())
        object(depth: 0)
        if chance(5) { damage() }
    }

    private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance(_ oneIn: Int) -> Bool { pick(1...oneIn) == 1 }
    private mutating func write(_ piece: String) { text += piece.utf8 }

    private mutating func space() {
        if chance(6) { write([" ", "\n", "\t", "\r\n"][pick(0...3)]) }
    }

    private mutating func value(depth: Int) {
        space()
        switch pick(0...(depth > 4 ? 5 : 9)) {
        case 0: write(["null", "true", "false"][pick(0...2)])
        case 1, 2: string()
        case 3, 4, 5: number()
        case 6, 7: object(depth: depth + 1)
        default: list(depth: depth + 1)
        }
        space()
    }

    private mutating func list(depth: Int) {
        write("[")
        for place in 0..<pick(0...4) {
            if place > 0 { write(",") }
            value(depth: depth)
        }
        write("]")
    }

    private mutating func object(depth: Int) {
        // Keys in order, from nought, are a list to PHP.
        let numbered = chance(3)
        write("{")
        for place in 0..<pick(0...6) {
            if place > 0 { write(",") }
            space()
            if numbered, !chance(8) {
                write("\"\(place)\"")
            } else if chance(3) {
                write(
                    ["\"sign\"", "\"sign_type\"", "\"0\"", "\"1\"", "\"01\"", "\"-0\"", "\"\""][pick(0...6)])
            } else {
                string()
            }
            write(":")
            value(depth: depth)
        }
        write("}")
    }

    private mutating func string() {
        write("\"")
        for _ in 0..<pick(0...8) {
            let scalars: [Unicode.Scalar] = [
                "a", "Z", "0", "/", "\"", "\\", "<", "&", "'", "\u{8}", "\u{C}", "\n", "\r", "\t", "\0",
                "\u{1F}", "\u{7F}", "\u{80}", "é", "ច", "中", "\u{2028}", "\u{FFFF}", "😀", "\u{10FFFF}",
            ]
            let scalar = scalars[pick(0...scalars.count - 1)]
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if !mustEscape, !chance(4) {
                write(String(scalar))
            } else if scalar == "/" || scalar == "\"" || scalar == "\\" {
                write("\\" + String(scalar))
            } else {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: chance(2))
                    write("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
                }
            }
        }
        write("\"")
    }

    private mutating func number() {
        let sign = chance(4) ? "-" : ""
        switch pick(0...7) {
        case 0: write(sign + "\(random.next() >> UInt64(pick(0...63)))")
        case 1: write(sign + ["0", "-0.0", "0.0", "0e5"][pick(0...3)].drop { $0 == "-" })
        case 2: write(sign + "\(pick(0...99_999_999)).\(pick(0...99))")
        case 3: write(sign + "\(pick(0...9)).\(random.next())\(chance(2) ? "e" : "E")\(pick(-30...30))")
        case 4:
            let value = Double(bitPattern: random.next() & ~(1 << 63))
            write(value.isFinite ? sign + "\(value)" : "0")
        case 5:
            // Powers of two and their neighbours are where shortest digits differ.
            var value = Double(sign: .plus, exponent: pick(-1074...1023), significand: 1)
            if chance(2) { value = chance(2) ? value.nextUp : value.nextDown }
            write(sign + "\(value)")
        case 6: write(sign + "9223372036854775\(pick(800...815))")
        default: write(sign + "1e\(chance(20) ? 400 : pick(-12...24))")
        }
    }

    private mutating func damage() {
        guard let place = text.indices.randomElement(using: &random) else { return }
        let bytes = Array("{}[]:,\"\\u0-.eE tT".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xED, 0xFF]
        text[place] = bytes[pick(0...bytes.count - 1)]
    }
}
