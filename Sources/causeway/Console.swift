internal import Glibc
internal import JSON
internal import Synchronization

/// Standard input, output and error, unbuffered.
enum Console {
    /// A document over several lines, two spaces for each level; what is short stays on one.
    static func indented(_ value: JSON) -> [String] {
        let whole = String(decoding: value.compact(), as: UTF8.self)
        if whole.utf8.count <= 80 { return [whole] }
        let parts: [[String]]
        let (open, close): (String, String)
        switch value {
        case .object(let object):
            (open, close) = ("{", "}")
            parts = object.members.map { key, member in
                var lines = indented(member)
                lines[0] = String(decoding: JSON.string(key).compact(), as: UTF8.self) + ": " + lines[0]
                return lines
            }
        case .array(let elements):
            (open, close) = ("[", "]")
            parts = elements.map(indented)
        default: return [whole]
        }
        var lines = [open]
        for (index, part) in parts.enumerated() {
            var part = part.map { "  " + $0 }
            if index < parts.count - 1 { part[part.count - 1] += "," }
            lines += part
        }
        return lines + [close]
    }

    /// Writes a line to standard output.
    static func line(_ text: String) { write(1, Array((text + "\n").utf8)) }

    /// Writes a JSON value as a line to standard output.
    static func json(_ value: JSON) { write(1, value.compact() + [UInt8(ascii: "\n")]) }

    /// Writes a line to standard error.
    static func error(_ text: String) { write(2, Array((text + "\n").utf8)) }

    /// Writes to standard error what is not a whole line.
    static func errorText(_ text: String) { write(2, Array(text.utf8)) }

    private static let lost = Mutex<Int32?>(nil)

    /// Why something for standard output is lost; nil where nothing is. A reader that went away has had what it wanted.
    static var loss: String? {
        guard let code = lost.withLock({ $0 }), code != EPIPE, code != EBADF else { return nil }
        return String(cString: strerror(code))
    }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let code = errno
                    if descriptor == 1 { lost.withLock { $0 = $0 ?? code } }
                    return
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Lays rows out in columns two spaces apart.
    static func table(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count + 2)
            }
            return cells.joined()
        }
    }
}
