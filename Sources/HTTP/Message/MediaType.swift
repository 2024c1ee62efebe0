/// A media type (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Equatable {
    /// Before the slash, in lower case.
    public let type: String
    /// After the slash, in lower case.
    public let subtype: String
    /// The parameters; names in lower case, quotes taken away.
    public let parameters: [String: String]

    /// Type and subtype, without parameters.
    public var essence: String { "\(type)/\(subtype)" }

    /// Reads a Content-Type field's value; nil where it is malformed or names a parameter twice.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Self.parse(UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    private init(type: String, subtype: String, parameters: [String: String]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> MediaType? {
        var scanner = FieldScanner(ASCII.trimmed(bytes))
        guard let type = scanner.token(), scanner.skip(ASCII.slash), let subtype = scanner.token(),
            let parameters = scanner.parameters()
        else { return nil }
        return MediaType(type: type.lowercased(), subtype: subtype.lowercased(), parameters: parameters)
    }
}

/// Reads the tokens, quoted strings and parameters that structured fields are made of.
struct FieldScanner {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func token() -> String? {
        let start = index
        while index < bytes.count, ByteClass.token.contains(bytes[index]) { index += 1 }
        return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    /// `*( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )` up to the end.
    mutating func parameters() -> [String: String]? {
        var found: [String: String] = [:]
        while true {
            skipBlanks()
            if index == bytes.count { return found }
            guard skip(ASCII.semicolon) else { return nil }
            skipBlanks()
            if index == bytes.count || bytes[index] == ASCII.semicolon { continue }
            guard let name = token(), skip(ASCII.equals), let value = value() else { return nil }
            guard found.updateValue(value, forKey: name.lowercased()) == nil else { return nil }
        }
    }

    private mutating func value() -> String? {
        guard index < bytes.count, bytes[index] == ASCII.quote else { return token() }
        guard let end = QuotedString.end(in: bytes, from: index) else { return nil }
        var plain: [UInt8] = []
        var cursor = index + 1
        while cursor < end - 1 {
            if bytes[cursor] == ASCII.backslash { cursor += 1 }
            plain.append(bytes[cursor])
            cursor += 1
        }
        index = end
        return String(validating: plain, as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] == ASCII.space || bytes[index] == ASCII.tab { index += 1 }
    }
}
