/// Puts an answer's status and headers together from the lines that curl hands over.
struct ResponseHead {
    private(set) var status = 0
    private(set) var fields: [(name: String, value: String)] = []
    /// Whether the empty line has come: curl takes a connection's end within a head for the head's.
    private(set) var isComplete = false

    /// Takes a line with its end. A status line begins anew: what came before was an interim answer.
    mutating func add(_ line: UnsafeRawBufferPointer) {
        let text = Self.trimmed(line[...])
        if text.starts(with: "HTTP/".utf8) {
            let code = text.split(separator: 0x20).dropFirst().first
            status = code.flatMap { Int(Self.string($0)) } ?? 0
            fields = []
            isComplete = false
        } else if text.isEmpty {
            isComplete = true
        } else if let first = line.first, first == 0x20 || first == 0x09 {
            // A folded line goes on with the value before it (RFC 9112, section 5.2).
            if let last = fields.indices.last { fields[last].value += " " + Self.string(text) }
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let value = Self.trimmed(text[(colon + 1)...])
            fields.append((name: Self.string(text[..<colon]), value: Self.string(value)))
        }
    }

    private typealias Bytes = Slice<UnsafeRawBufferPointer>

    private static func string(_ bytes: Bytes) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
    }

    /// Without white space and line ends around it.
    private static func trimmed(_ bytes: Bytes) -> Bytes {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes[bytes.endIndex...] }
        return bytes[first...last]
    }

    /// Whether the body's length is said in two ways (RFC 9112, section 6.3): curl believes one of them.
    var isAmbiguous: Bool {
        let lengths = fields.filter { $0.name.lowercased() == "content-length" }.map(\.value)
        let isCoded = fields.contains { $0.name.lowercased() == "transfer-encoding" }
        return isCoded && !lengths.isEmpty || Set(lengths).count > 1
    }
}
