internal import Glibc

extension UnsafeRawBufferPointer {
    /// memchr is three times as fast as a loop over the bytes.
    func firstLineFeed(from offset: Int) -> Int? {
        guard offset < count, let base = baseAddress,
            let found = memchr(base + offset, Int32(ASCII.lineFeed), count - offset)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = baseAddress,
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
