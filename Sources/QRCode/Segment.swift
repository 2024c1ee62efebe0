/// A text in the densest of three modes that has all of its characters (section 7.4).
struct Segment {
    enum Mode: UInt16 {
        case numeric = 0b0001
        case alphanumeric = 0b0010
        case byte = 0b0100
    }

    let mode: Mode
    /// A digit's or a letter's value, or a byte.
    let values: [UInt8]

    /// 45 characters, each at its value (table 5).
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)
    private static let alphabetValues: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    init(_ text: String) {
        let bytes = Array(text.utf8)
        let letters = bytes.compactMap { Self.alphabetValues[Int($0)] }
        if bytes.isEmpty || letters.count < bytes.count {
            (mode, values) = (.byte, bytes)
        } else {
            (mode, values) = (letters.allSatisfy { $0 < 10 } ? .numeric : .alphanumeric, letters)
        }
    }

    /// Bits of the count of characters (table 3).
    private func countBits(_ version: Int) -> Int {
        let column = version < 10 ? 0 : version < 27 ? 1 : 2
        return switch mode {
        case .numeric: [10, 12, 14][column]
        case .alphanumeric: [9, 11, 13][column]
        case .byte: [8, 16, 16][column]
        }
    }

    /// Bits of the whole segment in a version, its mode and count with it.
    func bitCount(_ version: Int) -> Int {
        let data =
            switch mode {
            case .numeric: values.count / 3 * 10 + [0, 4, 7][values.count % 3]
            case .alphanumeric: values.count / 2 * 11 + values.count % 2 * 6
            case .byte: values.count * 8
            }
        return 4 + countBits(version) + data
    }

    /// Appends mode, count and data. They fit: `bitCount` was asked before.
    func write(to bits: inout BitBuffer, version: Int) {
        bits.append(mode.rawValue, 4)
        bits.append(UInt16(values.count), countBits(version))
        switch mode {
        case .byte:
            for byte in values { bits.append(UInt16(byte), 8) }
        case .numeric:
            for start in stride(from: 0, to: values.count, by: 3) {
                let group = values[start..<min(start + 3, values.count)]
                bits.append(group.reduce(0) { $0 * 10 + UInt16($1) }, 1 + 3 * group.count)
            }
        case .alphanumeric:
            for start in stride(from: 0, to: values.count, by: 2) {
                let group = values[start..<min(start + 2, values.count)]
                bits.append(group.reduce(0) { $0 * 45 + UInt16($1) }, group.count == 2 ? 11 : 6)
            }
        }
    }
}

/// Bits in the order they are written, the first at the top of the first byte.
struct BitBuffer {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    /// Appends the lowest `width` bits of a value.
    mutating func append(_ value: UInt16, _ width: Int) {
        for shift in stride(from: width - 1, through: 0, by: -1) {
            if count.isMultiple(of: 8) { bytes.append(0) }
            bytes[count / 8] |= UInt8(value >> UInt16(shift) & 1) << UInt8(7 - count % 8)
            count += 1
        }
    }
}
