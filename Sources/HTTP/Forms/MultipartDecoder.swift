/// Reads `multipart/form-data` bodies (RFC 7578) whose parts are all text, strictly: nothing before the first boundary
/// and nothing after the last but a line end.
public enum MultipartDecoder {
    /// Bytes of one part's own head.
    static let partHeadBytesMax = 1024

    /// The fields in their order. Names may repeat; what that means is the caller's to say.
    ///
    /// - Throws: `noBoundary`, `malformed`, `tooManyFields`, or `notText` for a file.
    public static func decode(
        _ body: [UInt8], type: MediaType, fieldsMax: Int = 100
    ) throws(FormError) -> [(name: String, value: String)] {
        guard type.essence == "multipart/form-data", let boundary = type.parameters["boundary"] else {
            throw .noBoundary
        }
        return try decode(body, boundary: boundary, fieldsMax: fieldsMax)
    }

    static func decode(
        _ body: [UInt8], boundary: String, fieldsMax: Int
    ) throws(FormError) -> [(name: String, value: String)] {
        // RFC 2046 section 5.1.1: 1 to 70 characters, the last no space.
        let characters = Array(boundary.utf8)
        guard (1...70).contains(characters.count), characters.last != ASCII.space,
            characters.allSatisfy({ ByteClass.boundary.contains($0) })
        else { throw .noBoundary }
        var reader = Reader(body: body, delimiter: [0x0D, 0x0A, 0x2D, 0x2D] + characters)
        var fields: [(name: String, value: String)] = []
        guard reader.skipOpening() else { throw .malformed }
        while try reader.hasPart() {
            guard fields.count < fieldsMax else { throw .tooManyFields }
            fields.append(try reader.readPart())
        }
        return fields
    }

    private struct Reader {
        let body: [UInt8]
        /// A line end, two hyphens and the boundary.
        let delimiter: [UInt8]
        var index = 0

        /// The first delimiter has no line end before it.
        mutating func skipOpening() -> Bool { skip(delimiter.dropFirst(2)) }

        /// After a delimiter: a line end before another part, or two hyphens and the end of the body.
        mutating func hasPart() throws(FormError) -> Bool {
            if skip([0x0D, 0x0A]) { return true }
            guard skip([0x2D, 0x2D]) else { throw .malformed }
            _ = skip([0x0D, 0x0A])
            guard index == body.count else { throw .malformed }
            return false
        }

        /// Reads a part and the delimiter after it.
        mutating func readPart() throws(FormError) -> (name: String, value: String) {
            let name = try readHead()
            guard let end = find(delimiter, from: index, before: body.count) else { throw .malformed }
            guard let value = String(validating: body[index..<end], as: UTF8.self) else { throw .malformed }
            index = end + delimiter.count
            return (name, value)
        }

        private mutating func readHead() throws(FormError) -> String {
            var name: String?
            let limit = min(body.count, index + MultipartDecoder.partHeadBytesMax)
            while true {
                guard let end = find([0x0D, 0x0A], from: index, before: limit) else { throw .malformed }
                let line = body[index..<end]
                index = end + 2
                if line.isEmpty { break }
                try readField(line, into: &name)
            }
            guard let name else { throw .malformed }
            return name
        }

        private func readField(_ line: ArraySlice<UInt8>, into name: inout String?) throws(FormError) {
            guard let colon = line.firstIndex(of: ASCII.colon), colon > line.startIndex,
                line[..<colon].allSatisfy({ ByteClass.token.contains($0) }),
                let text = String(validating: line[(colon + 1)...], as: UTF8.self),
                line.withUnsafeBytes({ ASCII.isFieldValue($0) })
            else { throw .malformed }
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard name == nil else { throw .malformed }
                name = try Self.name(inDisposition: text)
            case "content-type":
                guard let type = MediaType(text) else { throw .malformed }
                let charset = type.parameters["charset"]?.lowercased() ?? "utf-8"
                guard type.essence == "text/plain", charset == "utf-8" || charset == "us-ascii" else {
                    throw .notText
                }
            case "content-transfer-encoding":
                let encoding = text.lowercased().drop { $0 == " " || $0 == "\t" }
                guard encoding == "7bit" || encoding == "8bit" || encoding == "binary" else { throw .notText }
            default: break
            }
        }

        /// `form-data; name="…"`.
        private static func name(inDisposition text: String) throws(FormError) -> String {
            var text = text
            let parsed = text.withUTF8 { bytes -> (String, [String: String])? in
                var scanner = FieldScanner(ASCII.trimmed(UnsafeRawBufferPointer(bytes)))
                guard let kind = scanner.token(), let parameters = scanner.parameters() else { return nil }
                return (kind, parameters)
            }
            guard let (kind, parameters) = parsed, kind.lowercased() == "form-data" else { throw .malformed }
            if parameters["filename"] != nil || parameters["filename*"] != nil { throw .notText }
            guard let name = parameters["name"] else { throw .malformed }
            return name
        }

        private mutating func skip(_ prefix: some Collection<UInt8>) -> Bool {
            guard body[index...].starts(with: prefix) else { return false }
            index += prefix.count
            return true
        }

        private func find(_ pattern: [UInt8], from start: Int, before limit: Int) -> Int? {
            body.withUnsafeBytes { bytes in
                var index = start
                while let found = bytes.firstIndex(of: pattern[0], in: index..<limit) {
                    guard found + pattern.count <= limit else { return nil }
                    if bytes[found..<found + pattern.count].elementsEqual(pattern) { return found }
                    index = found + 1
                }
                return nil
            }
        }
    }
}
