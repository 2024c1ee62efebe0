/// One value in PostgreSQL's binary form, with its type's OID (`pg_type.dat`).
struct Cell {
    let bytes: UnsafeRawBufferPointer
    let type: UInt32

    private enum OID {
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let oid: UInt32 = 26
        static let json: UInt32 = 114
        static let float4: UInt32 = 700
        static let float8: UInt32 = 701
        static let timestamp: UInt32 = 1114
        static let timestamptz: UInt32 = 1184
        static let uuid: UInt32 = 2950
        static let jsonb: UInt32 = 3802
        /// "char", name, text, unknown, bpchar, varchar, void.
        static let texts: Set<UInt32> = [18, 19, 25, 705, 1042, 1043, 2278]
        /// The first that is not built in: enumerations and domains, whose binary form is the text or the
        /// base type's.
        static let firstOfUsers: UInt32 = 16_384
    }

    var text: String? {
        switch type {
        case OID.json, OID.jsonb: jsonBytes.flatMap { String(validating: $0, as: UTF8.self) }
        case _ where OID.texts.contains(type) || type >= OID.firstOfUsers:
            String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    var int: Int64? {
        switch type {
        case OID.int8: (integer() as Int64?)
        case OID.int4: (integer() as Int32?).map(Int64.init)
        case OID.int2: (integer() as Int16?).map(Int64.init)
        case OID.oid: (integer() as UInt32?).map(Int64.init)
        default: nil
        }
    }

    var bool: Bool? {
        type == OID.bool && bytes.count == 1 ? bytes[0] != 0 : nil
    }

    var double: Double? {
        switch type {
        case OID.float8: (integer() as UInt64?).map(Double.init(bitPattern:))
        case OID.float4: (integer() as UInt32?).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }

    var byteArray: [UInt8]? { type == OID.bytea ? [UInt8](bytes) : nil }

    var json: [UInt8]? { jsonBytes.map { [UInt8]($0) } }

    private var jsonBytes: Slice<UnsafeRawBufferPointer>? {
        switch type {
        case OID.json: bytes[...]
        // A version byte goes before the text.
        case OID.jsonb: bytes.first == 1 ? bytes.dropFirst() : nil
        default: nil
        }
    }

    var uuid: (high: UInt64, low: UInt64)? {
        guard type == OID.uuid, bytes.count == 16 else { return nil }
        return (
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    var timestamp: Int64? {
        guard type == OID.timestamptz || type == OID.timestamp, let value = integer() as Int64?,
            value != .min, value != .max
        else { return nil }
        let (microseconds, overflow) = value.addingReportingOverflow(Epoch.microseconds)
        return overflow ? nil : microseconds
    }

    /// `array_recv`'s form: dimensions, a flag for NULLs, the element type; per dimension its length and
    /// lower bound; then each element behind its length.
    func array<Element>(_ element: (Cell) -> Element?) -> [Element]? {
        guard let dimensions = word(at: 0), let elementType = word(at: 8) else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = word(at: 12), count >= 0, count <= bytes.count else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(Int(count))
        var offset = 20
        for _ in 0..<count {
            guard let length = word(at: offset), length >= 0, Int(length) <= bytes.count - offset - 4 else {
                return nil
            }
            let slice = UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)..<(offset + 4 + Int(length))])
            guard let value = element(Cell(bytes: slice, type: UInt32(bitPattern: elementType))) else {
                return nil
            }
            elements.append(value)
            offset += 4 + Int(length)
        }
        return elements
    }

    private func word(at offset: Int) -> Int32? {
        guard bytes.count >= offset + 4 else { return nil }
        return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    private func integer<Number: FixedWidthInteger & BitwiseCopyable>() -> Number? {
        guard bytes.count == MemoryLayout<Number>.size else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}
