/// A stretch of the head's bytes. Heads are limited to 65,535 bytes, so sixteen bits are enough.
struct Stretch: Sendable {
    var start: UInt16 = 0
    var end: UInt16 = 0

    init() {}

    init(_ range: Range<Int>) {
        start = UInt16(truncatingIfNeeded: range.lowerBound)
        end = UInt16(truncatingIfNeeded: range.upperBound)
    }

    var isEmpty: Bool { start == end }
    var count: Int { Int(end) - Int(start) }
}

/// Where a field line's name and value are in the head's bytes.
struct FieldRange: Sendable {
    var name: Stretch
    var value: Stretch
}

/// What the parser understood of a head; the stretches point into the head's own bytes.
struct HeadFacts: Sendable {
    var method = Stretch()
    /// What was asked for, as sent; of the absolute form the part after the authority.
    var path = Stretch()
    /// Without its question mark.
    var query = Stretch()
    var hasQuery = false
    /// The host and port that the request is for, from the absolute form or the Host field.
    var authority = Stretch()
    /// A well-formed X-Request-Id of the client.
    var identifier = Stretch()
    /// The target is `*`.
    var isAsterisk = false
    /// The 1 of HTTP/1.1.
    var minorVersion: UInt8 = 1
    /// Whether the client lets the connection live after the answer.
    var keepsAlive = true
}

/// The bytes of one request's head and where its fields are, in a single allocation that nothing changes.
struct RequestHead: @unchecked Sendable {
    private struct Contents {
        var facts: HeadFacts
        var fieldCount: Int
        var byteCount: Int
    }

    private final class Storage: ManagedBuffer<Contents, UInt64> {}

    private let storage: ManagedBuffer<Contents, UInt64>

    /// Copies the head out of the connection's buffer.
    init(_ bytes: UnsafeRawBufferPointer, fields: [FieldRange], facts: HeadFacts) {
        // The fields, eight bytes each, then the bytes.
        let words = fields.count + (bytes.count + 7) / 8
        storage = Storage.create(minimumCapacity: words) { _ in
            Contents(facts: facts, fieldCount: fields.count, byteCount: bytes.count)
        }
        storage.withUnsafeMutablePointerToElements { elements in
            let raw = UnsafeMutableRawPointer(elements)
            fields.withUnsafeBytes { source in
                if let base = source.baseAddress { raw.copyMemory(from: base, byteCount: source.count) }
            }
            if let base = bytes.baseAddress {
                (raw + fields.count * 8).copyMemory(from: base, byteCount: bytes.count)
            }
        }
    }

    var facts: HeadFacts { storage.header.facts }
    var fieldCount: Int { storage.header.fieldCount }

    /// The head's bytes, from its first to the end of the empty line, for the length of the body only.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeMutablePointers { contents, elements in
            let start = UnsafeRawPointer(elements) + contents.pointee.fieldCount * 8
            return body(UnsafeRawBufferPointer(start: start, count: contents.pointee.byteCount))
        }
    }

    func withBytes<Result>(_ stretch: Stretch, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withBytes { body(UnsafeRawBufferPointer(rebasing: $0[Int(stretch.start)..<Int(stretch.end)])) }
    }

    func field(_ index: Int) -> FieldRange {
        precondition(index < fieldCount)
        return storage.withUnsafeMutablePointerToElements {
            UnsafeRawPointer($0).load(fromByteOffset: index * 8, as: FieldRange.self)
        }
    }

    /// Bytes that are no UTF-8 come out as U+FFFD.
    func string(_ stretch: Stretch) -> String {
        withBytes(stretch) { String(decoding: $0, as: UTF8.self) }
    }
}
