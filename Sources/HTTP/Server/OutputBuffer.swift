internal import CLinux

/// Bytes on their way out, in memory that is kept from one turn to the next. Belongs to one thread.
final class OutputBuffer {
    /// What is kept between turns; a larger answer's memory is given back.
    private static let keptBytes = 64 * 1024

    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = Self.keptBytes
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var isEmpty: Bool { count == 0 }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Takes back what was appended after the count was this.
    func truncate(to count: Int) { self.count = min(count, self.count) }

    func removeAll() {
        count = 0
        guard capacity > Self.keptBytes else { return }
        base.deallocate()
        capacity = Self.keptBytes
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends the text where it may stand in a field line; otherwise says no and appends nothing.
    func appendValue(_ text: String) -> Bool { append(text) { ASCII.isFieldValue($0) } }

    /// Appends the text where it is a token; otherwise says no and appends nothing.
    func appendName(_ text: String) -> Bool {
        append(text) { !$0.isEmpty && ByteClass.token.all($0) }
    }

    private func append(_ text: String, where check: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            let raw = UnsafeRawBufferPointer(utf8)
            guard check(raw) else { return false }
            append(raw)
            return true
        }
    }

    func append(decimal value: Int) {
        reserve(20)
        var digits = 1
        var rest = value
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = value
        for index in stride(from: digits - 1, through: 0, by: -1) {
            base.storeBytes(of: UInt8(0x30 + rest % 10), toByteOffset: count + index, as: UInt8.self)
            rest /= 10
        }
        count += digits
    }

    func append(_ number: RequestNumber) {
        reserve(32)
        number.write(to: UnsafeMutableRawBufferPointer(start: base + count, count: 32))
        count += 32
    }
}
