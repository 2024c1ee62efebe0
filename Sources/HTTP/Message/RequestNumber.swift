/// A random request id before it is text.
struct RequestNumber: Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// 32 hexadecimal digits.
    var description: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            return 32
        }
    }

    func write(to buffer: UnsafeMutableRawBufferPointer) {
        let digits: StaticString = "0123456789abcdef"
        for index in 0..<16 {
            let shift = UInt64(60 - 4 * index)
            buffer[index] = digits.utf8Start[Int(high >> shift & 15)]
            buffer[index + 16] = digits.utf8Start[Int(low >> shift & 15)]
        }
    }

    /// xoroshiro128+ seeded by the system: ids must differ, they need not be secret, and a system call for each request
    /// would cost more than the rest of it.
    struct Generator {
        private var first = UInt64.random(in: 1 ... .max)
        private var second = UInt64.random(in: .min ... .max)

        mutating func next() -> RequestNumber {
            RequestNumber(high: word(), low: word())
        }

        private mutating func word() -> UInt64 {
            let result = first &+ second
            let mixed = second ^ first
            first = (first << 24 | first >> 40) ^ mixed ^ (mixed << 16)
            second = mixed << 37 | mixed >> 27
            return result
        }
    }
}
