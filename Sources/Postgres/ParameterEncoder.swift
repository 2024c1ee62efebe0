internal import CLinux

/// Lays out parameters as libpq takes them: one buffer, used again for every statement of a connection.
struct ParameterEncoder {
    private var storage: [UInt8] = []
    /// Where each value begins; -1 for NULL.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// A buffer that once grew past this is given back.
    private static let storageKeptMax = 1 << 20
    private static let hexDigits = Array("0123456789abcdef".utf8)

    mutating func encode(_ values: [Value]) throws(PostgresError) {
        if storage.capacity > Self.storageKeptMax { storage = [] }
        storage.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        guard values.count <= Int(UInt16.max) else {
            throw PostgresError(.server(sqlState: "54023"), "too many parameters")
        }
        for value in values { try encode(value) }
    }

    /// Hands out pointers that live for the call only.
    mutating func withPointers<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        storage.withUnsafeBytes { bytes in
            pointers.removeAll(keepingCapacity: true)
            for offset in offsets {
                pointers.append(
                    offset < 0
                        ? nil : bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self))
            }
            return body(Int32(offsets.count), pointers, lengths, formats)
        }
    }

    private mutating func encode(_ value: Value) throws(PostgresError) {
        let start = storage.count
        var isBinary = false
        switch value {
        case .null:
            offsets.append(-1)
            lengths.append(0)
            formats.append(0)
            return
        case .text(let text): append(text)
        case .int(let int): append(int)
        case .bool(let bool): storage.append(UInt8(ascii: bool ? "t" : "f"))
        case .bytes(let bytes):
            isBinary = true
            storage.append(contentsOf: bytes)
        case .uuid(let high, let low):
            isBinary = true
            append(bigEndian: high)
            append(bigEndian: low)
        case .timestamp(let microseconds):
            isBinary = true
            try append(timestamp: microseconds)
        case .json(let bytes): storage.append(contentsOf: bytes)
        case .textArray(let texts): appendArray(texts) { $0.appendQuoted($1) }
        case .intArray(let ints): appendArray(ints) { $0.append($1) }
        case .uuidArray(let uuids): appendArray(uuids) { $0.append(high: $1.high, low: $1.low) }
        }
        try finish(from: start, isBinary: isBinary)
    }

    private mutating func finish(from start: Int, isBinary: Bool) throws(PostgresError) {
        let length = storage.count - start
        guard length < Int(Int32.max) else {
            throw PostgresError(.server(sqlState: "54000"), "parameter too long")
        }
        if !isBinary {
            let hasNUL = storage.withUnsafeBytes { bytes in
                bytes.baseAddress.map { memchr($0 + start, 0, length) != nil } ?? false
            }
            // libpq would cut the value there; the server's own word for such text is this one.
            guard !hasNUL else { throw PostgresError(.server(sqlState: "22021"), "NUL in text") }
            storage.append(0)
        } else if length == 0 {
            // So that the pointer of an empty value is not one past the buffer.
            storage.append(0)
        }
        offsets.append(start)
        lengths.append(Int32(length))
        formats.append(isBinary ? 1 : 0)
    }

    private mutating func append(_ text: String) { storage.append(contentsOf: text.utf8) }

    private mutating func append(_ int: Int64) {
        if int < 0 { storage.append(UInt8(ascii: "-")) }
        var rest = int.magnitude
        let start = storage.count
        repeat {
            storage.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        storage[start...].reverse()
    }

    private mutating func append(high: UInt64, low: UInt64) {
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { storage.append(UInt8(ascii: "-")) }
            let word = index < 8 ? high : low
            let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - index % 8 * 8))
            storage.append(Self.hexDigits[Int(byte >> 4)])
            storage.append(Self.hexDigits[Int(byte & 15)])
        }
    }

    private mutating func append(bigEndian value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { storage.append(contentsOf: $0) }
    }

    private mutating func append(timestamp microseconds: Int64) throws(PostgresError) {
        let (value, overflow) = microseconds.subtractingReportingOverflow(Epoch.microseconds)
        // The two ends of the range mean infinity on the wire.
        guard !overflow, value != .min, value != .max else {
            throw PostgresError(.server(sqlState: "22008"), "timestamp out of range")
        }
        append(bigEndian: UInt64(bitPattern: value))
    }

    private mutating func appendArray<Element>(
        _ elements: [Element], _ body: (inout ParameterEncoder, Element) -> Void
    ) {
        storage.append(UInt8(ascii: "{"))
        for (index, element) in elements.enumerated() {
            if index > 0 { storage.append(UInt8(ascii: ",")) }
            body(&self, element)
        }
        storage.append(UInt8(ascii: "}"))
    }

    private mutating func appendQuoted(_ text: String) {
        storage.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { storage.append(UInt8(ascii: "\\")) }
            storage.append(byte)
        }
        storage.append(UInt8(ascii: "\""))
    }
}

/// PostgreSQL counts from 2000-01-01.
enum Epoch {
    /// From the Unix epoch to PostgreSQL's.
    static let microseconds: Int64 = 946_684_800_000_000
}
