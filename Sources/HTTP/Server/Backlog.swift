/// Bytes that could not be taken yet, consumed from the front. Holds no memory while it is empty.
struct Backlog {
    private(set) var storage: [UInt8] = []
    private(set) var start = 0

    var isEmpty: Bool { storage.isEmpty }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            storage.removeFirst(start)
            start = 0
        }
        storage.append(contentsOf: bytes)
    }

    mutating func consume(_ count: Int) {
        start += count
        if start >= storage.count { removeAll() }
    }

    mutating func removeAll() {
        storage = []
        start = 0
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }
}
