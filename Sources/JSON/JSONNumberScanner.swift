/// Finds where a number ends, by the grammar of RFC 8259, section 6.
struct JSONNumberScanner {
    private let bytes: UnsafeRawBufferPointer
    /// Where it stands: after a scan, the first byte that is not the number's, or the one that is wrong.
    private(set) var index: Int

    init(_ bytes: UnsafeRawBufferPointer, from index: Int) {
        self.bytes = bytes
        self.index = index
    }

    /// Whether a number begins here.
    mutating func scan() -> Bool {
        skip(UInt8(ascii: "-"))
        if skip(UInt8(ascii: "0")) {
            // A zero stands alone.
            if index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { return false }
        } else if !digits() {
            return false
        }
        if skip(UInt8(ascii: ".")), !digits() { return false }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { skip(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    @discardableResult
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func digits() -> Bool {
        let start = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index > start
    }
}
