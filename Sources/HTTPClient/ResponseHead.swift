/// Puts an answer's status and headers together from the lines that curl hands over.
struct ResponseHead {
    private(set) var status = 0
    private(set) var fields: [(name: String, value: String)] = []
    /// Whether the empty line has come: curl takes a connection's end within a head for the head's.
    private(set) var isComplete = false

    /// Takes a line with its end. A status line begins anew: what came before was an interim answer.
    mutating func add(_ line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self).trimmed
        if text.utf8.starts(with: "HTTP/".utf8) {
            status =
                Int(text.utf8.split(separator: 0x20).dropFirst().first.map { String($0) ?? "" } ?? "") ?? 0
            fields = []
            isComplete = false
        } else if text.isEmpty {
            isComplete = true
        } else if let first = line.first, first == 0x20 || first == 0x09 {
            // A folded line goes on with the value before it (RFC 9112, section 5.2).
            if let last = fields.indices.last { fields[last].value += " " + text }
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = text[text.utf8.index(after: colon)...]
            fields.append((name: String(text[..<colon]), value: String(value).trimmed))
        }
    }

    /// Whether the body's length is said in two ways (RFC 9112, section 6.3): curl believes one of them.
    var isAmbiguous: Bool {
        let lengths = fields.filter { $0.name.lowercased() == "content-length" }.map(\.value)
        let isCoded = fields.contains { $0.name.lowercased() == "transfer-encoding" }
        return isCoded && !lengths.isEmpty || Set(lengths).count > 1
    }
}

extension String {
    /// Without white space and line ends around it.
    fileprivate var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        let rest = utf8.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(rest[...last]) ?? ""
    }
}
