/// Understands the lines of one head as they come, and at its end says how the body is framed.
struct HeadReader {
    enum Framing: Equatable {
        case none
        case sized(Int)
        case chunked
    }

    var fields: [FieldRange] = []
    private(set) var facts = HeadFacts()
    private(set) var expectsContinue = false
    private var hosts = 0
    private var contentLength: Int?
    private var codings: [Stretch] = []
    private var hasTransferEncoding = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var identifiers = 0
    private var hasOtherExpectation = false
    private var hasAuthority = false

    mutating func reset() {
        var kept = fields
        kept.removeAll(keepingCapacity: true)
        fields = []
        self = HeadReader()
        fields = kept
    }

    // MARK: Request line

    mutating func readRequestLine(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(Failure) {
        guard let first = bytes.firstIndex(of: ASCII.space, in: line),
            let second = bytes.firstIndex(of: ASCII.space, in: first + 1..<line.upperBound)
        else { throw Failure(.badRequest, "The request line has no method, target and version.") }
        let method = line.lowerBound..<first
        guard !method.isEmpty, ByteClass.token.all(UnsafeRawBufferPointer(rebasing: bytes[method])) else {
            throw Failure(.badRequest, "The method is not well formed.")
        }
        facts.method = Stretch(method)
        try readVersion(bytes, second + 1..<line.upperBound)
        try readTarget(bytes, first + 1..<second)
    }

    private mutating func readVersion(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(Failure) {
        let version = UnsafeRawBufferPointer(rebasing: bytes[range])
        let name: StaticString = "HTTP/"
        guard version.count == 8, version[6] == 0x2E, ASCII.isDigit(version[5]), ASCII.isDigit(version[7])
        else {
            throw Failure(.badRequest, "The protocol version is not well formed.")
        }
        for index in 0..<5 where version[index] != name.utf8Start[index] {
            throw Failure(.badRequest, "The protocol version is not well formed.")
        }
        guard version[5] == 0x31 else { throw Failure(.versionNotSupported, "Only HTTP/1 is spoken here.") }
        // A later minor version is read as the latest that is known (RFC 9110 section 6.2).
        facts.minorVersion = min(version[7] - 0x30, 1)
    }

    private mutating func readTarget(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(Failure) {
        let target = UnsafeRawBufferPointer(rebasing: bytes[range])
        let method = UnsafeRawBufferPointer(
            rebasing: bytes[Int(facts.method.start)..<Int(facts.method.end)])
        if ASCII.equal(method, "connect"), method[0] == 0x43 {
            throw Failure(.notImplemented, "This server is no proxy.")
        }
        guard !target.isEmpty, ByteClass.target.all(target) else {
            throw Failure(.badRequest, "The request target is not well formed.")
        }
        if target[0] == ASCII.slash { return splitTarget(bytes, range) }
        if target.count == 1, target[0] == ASCII.asterisk, ASCII.equal(method, "options") {
            facts.isAsterisk = true
            facts.path = Stretch(range)
            return
        }
        try readAbsoluteTarget(bytes, range)
    }

    private mutating func splitTarget(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        guard let mark = bytes.firstIndex(of: ASCII.question, in: range) else {
            facts.path = Stretch(range)
            return
        }
        facts.path = Stretch(range.lowerBound..<mark)
        facts.query = Stretch(mark + 1..<range.upperBound)
        facts.hasQuery = true
    }

    private mutating func readAbsoluteTarget(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(Failure) {
        let malformed = Failure(.badRequest, "The request target is not well formed.")
        guard let colon = bytes.firstIndex(of: ASCII.colon, in: range), colon + 3 <= range.upperBound,
            bytes[colon + 1] == ASCII.slash, bytes[colon + 2] == ASCII.slash
        else { throw malformed }
        let scheme = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound..<colon])
        guard ASCII.equal(scheme, "http") || ASCII.equal(scheme, "https") else { throw malformed }
        var end = colon + 3
        while end < range.upperBound, bytes[end] != ASCII.slash, bytes[end] != ASCII.question { end += 1 }
        guard Authority.isWellFormed(UnsafeRawBufferPointer(rebasing: bytes[colon + 3..<end])) else {
            throw malformed
        }
        facts.authority = Stretch(colon + 3..<end)
        hasAuthority = true
        // An empty path is left empty here; the request shows it as "/".
        splitTarget(bytes, end..<range.upperBound)
    }

    // MARK: Fields

    mutating func readField(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(Failure) {
        let field = try Self.split(bytes, line)
        fields.append(field)
        let name = UnsafeRawBufferPointer(rebasing: bytes[Int(field.name.start)..<Int(field.name.end)])
        // The length rules nearly every other field out before a byte is compared.
        switch name.count {
        case 4 where ASCII.equal(name, "host"):
            hosts += 1
            if !hasAuthority { facts.authority = field.value }
            try checkHost(bytes, field.value)
        case 6 where ASCII.equal(name, "expect"):
            try readExpectation(bytes, field.value)
        case 10 where ASCII.equal(name, "connection"):
            readConnection(bytes, field.value)
        case 12 where ASCII.equal(name, "x-request-id"):
            readIdentifier(bytes, field.value)
        case 14 where ASCII.equal(name, "content-length"):
            try readContentLength(bytes, field.value)
        case 17 where ASCII.equal(name, "transfer-encoding"):
            hasTransferEncoding = true
            codings.append(field.value)
        default: break
        }
    }

    /// Fields of a trailer are checked and dropped; those that would change the framing are refused.
    static func checkTrailerField(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(Failure) {
        let field = try split(bytes, line)
        let name = UnsafeRawBufferPointer(rebasing: bytes[Int(field.name.start)..<Int(field.name.end)])
        if ASCII.equal(name, "content-length") || ASCII.equal(name, "transfer-encoding")
            || ASCII.equal(name, "host")
        {
            throw Failure(.badRequest, "The trailer has a field that belongs in the head.")
        }
    }

    private static func split(
        _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(Failure) -> FieldRange {
        let first = bytes[line.lowerBound]
        if first == ASCII.space || first == ASCII.tab {
            throw Failure(.badRequest, "A field is folded over several lines.")
        }
        guard let colon = bytes.firstIndex(of: ASCII.colon, in: line), colon > line.lowerBound,
            ByteClass.token.all(UnsafeRawBufferPointer(rebasing: bytes[line.lowerBound..<colon]))
        else { throw Failure(.badRequest, "A field's name is not well formed.") }
        var start = colon + 1
        var end = line.upperBound
        while start < end, bytes[start] == ASCII.space || bytes[start] == ASCII.tab { start += 1 }
        while end > start, bytes[end - 1] == ASCII.space || bytes[end - 1] == ASCII.tab { end -= 1 }
        guard ASCII.isFieldValue(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else {
            throw Failure(.badRequest, "A field's value has a control character.")
        }
        return FieldRange(name: Stretch(line.lowerBound..<colon), value: Stretch(start..<end))
    }

    private func checkHost(_ bytes: UnsafeRawBufferPointer, _ value: Stretch) throws(Failure) {
        if hosts > 1 { throw Failure(.badRequest, "The request has more than one Host.") }
        guard Authority.isWellFormed(slice(bytes, value)) else {
            throw Failure(.badRequest, "The Host is not well formed.")
        }
    }

    private mutating func readContentLength(
        _ bytes: UnsafeRawBufferPointer, _ value: Stretch
    ) throws(Failure) {
        if contentLength != nil {
            throw Failure(.badRequest, "The request has more than one Content-Length.")
        }
        let digits = slice(bytes, value)
        guard !digits.isEmpty else { throw Failure(.badRequest, "The Content-Length is not a number.") }
        var length = 0
        for byte in digits {
            guard ASCII.isDigit(byte) else {
                throw Failure(.badRequest, "The Content-Length is not a number.")
            }
            // Beyond any limit there is no need to know how far.
            if length < Int.max / 16 { length = length * 10 + Int(byte - 0x30) }
        }
        contentLength = length
    }

    private mutating func readExpectation(
        _ bytes: UnsafeRawBufferPointer, _ value: Stretch
    ) throws(Failure) {
        if ASCII.equal(slice(bytes, value), "100-continue") {
            expectsContinue = true
        } else {
            hasOtherExpectation = true
        }
    }

    private mutating func readConnection(_ bytes: UnsafeRawBufferPointer, _ value: Stretch) {
        Self.eachListElement(slice(bytes, value)) { element in
            if ASCII.equal(element, "close") { saysClose = true }
            if ASCII.equal(element, "keep-alive") { saysKeepAlive = true }
        }
    }

    private mutating func readIdentifier(_ bytes: UnsafeRawBufferPointer, _ value: Stretch) {
        identifiers += 1
        let well =
            identifiers == 1 && (1...128).contains(value.count)
            && ByteClass.identifier.all(slice(bytes, value))
        facts.identifier = well ? value : Stretch()
    }

    // MARK: End of the head

    /// Checks what only the whole head can tell.
    mutating func finish(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Framing {
        let isCurrent = facts.minorVersion == 1
        if isCurrent, hosts == 0 { throw Failure(.badRequest, "The request has no Host.") }
        facts.keepsAlive = !saysClose && (isCurrent || saysKeepAlive)
        if isCurrent, hasOtherExpectation {
            throw Failure(.expectationFailed, "The only expectation that is met here is 100-continue.")
        }
        // RFC 9110 section 10.1.1: HTTP/1.0 has no expectations.
        if !isCurrent { expectsContinue = false }
        guard hasTransferEncoding else {
            return contentLength.map { $0 == 0 ? .none : .sized($0) } ?? .none
        }
        if contentLength != nil {
            throw Failure(.badRequest, "The request has both a Content-Length and a Transfer-Encoding.")
        }
        // RFC 9112 section 6.1: its framing is not to be trusted.
        if !isCurrent { throw Failure(.badRequest, "HTTP/1.0 has no Transfer-Encoding.") }
        try checkCodings(bytes)
        return .chunked
    }

    private func checkCodings(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var count = 0
        var unknown = 0
        var lastIsChunked = false
        for value in codings {
            Self.eachListElement(slice(bytes, value)) { element in
                count += 1
                lastIsChunked = ASCII.equal(element, "chunked")
                if !lastIsChunked { unknown += 1 }
            }
        }
        if unknown > 0, lastIsChunked || count == unknown {
            throw Failure(.notImplemented, "The only transfer coding here is chunked.")
        }
        guard count == 1, lastIsChunked else {
            throw Failure(.badRequest, "The Transfer-Encoding is not well formed.")
        }
    }

    private func slice(_ bytes: UnsafeRawBufferPointer, _ value: Stretch) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(value.start)..<Int(value.end)])
    }

    /// Calls the body with every element of a comma-separated list that is not empty.
    static func eachListElement(_ list: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        while start <= list.count {
            let end = list.firstIndex(of: ASCII.comma, in: start..<list.count) ?? list.count
            let element = ASCII.trimmed(UnsafeRawBufferPointer(rebasing: list[start..<end]))
            if !element.isEmpty { body(element) }
            start = end + 1
        }
    }
}
