/// Reads requests out of a stream of bytes: a pure state machine that owns no socket and no buffer.
///
/// The caller gives it what has arrived and was not consumed yet, beginning where the last call's `consumed` ended.
/// The outcome does not depend on where the bytes were split.
struct RequestParser {
    /// What a request may measure.
    struct Limits: Sendable {
        /// Bytes of the request line without its end; more is 414.
        var requestLineBytes = 8 * 1024
        /// Bytes of the whole head with its empty line, at most 65,535; more is 431.
        var headBytes = 16 * 1024
        /// Field lines of the head and the trailer together; more is 431.
        var fieldCount = 100
        /// Bytes of the body without its framing; more is 413.
        var bodyBytes = 64 * 1024
        /// Bytes of all chunk extensions of a message together; more is 400.
        var extensionBytes = 1024
        /// Bytes of the trailer with its empty line; more is 431.
        var trailerBytes = 4 * 1024
    }

    enum Step {
        /// The bytes end inside a message, or before one.
        case incomplete
        /// The head is whole, the body has not begun, and the client waits for a 100 before it sends it.
        case expectation
        case request(RequestHead, body: [UInt8])
        /// The stream is lost: answer and close.
        case failure(Failure)
    }

    /// Where in a message the next byte belongs.
    enum Phase {
        /// Before its first line; the only one in which a stream may end well.
        case start
        case fields
        case sizedBody
        case chunkSize
        case chunkData
        /// The line end after a chunk's data.
        case chunkEnd
        case trailer
        case failed
    }

    private(set) var phase = Phase.start
    /// Bytes of the body of the message under way that have come, framing included.
    private(set) var bodyBytesReceived = 0

    private var limits: Limits
    private var line = 0
    private var scanned = 0
    private var skippedEmptyLine = false
    var reader = HeadReader()
    private var head: RequestHead?
    private var body: [UInt8] = []
    private var remaining = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerFields = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
        self.limits.headBytes = min(limits.headBytes, 65_535)
    }

    /// Whether the message under way has its head and not yet its end.
    var isInBody: Bool {
        switch phase {
        case .start, .fields, .failed: false
        case .sizedBody, .chunkSize, .chunkData, .chunkEnd, .trailer: true
        }
    }

    /// Goes as far as the bytes allow, at most to the end of one message.
    mutating func advance(_ bytes: UnsafeRawBufferPointer) -> (consumed: Int, step: Step) {
        do throws(Failure) {
            switch phase {
            case .failed: throw Failure(.badRequest, "The connection has failed before.")
            case .start, .fields:
                guard let end = try readHead(bytes) else { return (0, .incomplete) }
                return try beginBody(bytes, at: end)
            default:
                return try readBody(bytes, from: 0)
            }
        } catch {
            phase = .failed
            head = nil
            body = []
            return (0, .failure(error))
        }
    }

    /// Gives back what is kept from one message to the next; only between messages.
    mutating func releaseMemory() {
        if phase == .start { reader.fields = [] }
    }

    // MARK: Head

    /// Returns the offset after the head's empty line once it has come.
    private mutating func readHead(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Int? {
        while true {
            if phase == .start, line < bytes.count { try checkFirstByte(bytes[line]) }
            guard let feed = bytes.firstLineFeed(from: scanned) else {
                scanned = bytes.count
                try checkPendingLine(bytes)
                return nil
            }
            let next = feed + 1
            if phase == .start, feed - 1 - line > limits.requestLineBytes { throw .requestLineTooLong }
            if next > limits.headBytes { throw .headTooLarge }
            guard feed > line, bytes[feed - 1] == ASCII.carriageReturn else { throw .bareLineFeed }
            let content = line..<(feed - 1)
            line = next
            scanned = next
            if phase == .start {
                if content.isEmpty {
                    // RFC 9112 section 2.2: one empty line before a request is forgiven.
                    if skippedEmptyLine { throw Failure(.badRequest, "The request line is empty.") }
                    skippedEmptyLine = true
                    continue
                }
                try reader.readRequestLine(bytes, content)
                phase = .fields
            } else if content.isEmpty {
                return next
            } else {
                if reader.fields.count == limits.fieldCount { throw .tooManyFields }
                try reader.readField(bytes, content)
            }
        }
    }

    /// Tells at once what can be no request, such as a TLS handshake, instead of waiting for its line to end.
    private func checkFirstByte(_ byte: UInt8) throws(Failure) {
        guard ByteClass.token.contains(byte) || byte == ASCII.carriageReturn || byte == ASCII.lineFeed else {
            throw Failure(.badRequest, "The request does not begin with a method.")
        }
    }

    private func checkPendingLine(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        // One more for a carriage return whose line feed has not come.
        if phase == .start, bytes.count - line > limits.requestLineBytes + 1 { throw .requestLineTooLong }
        if bytes.count >= limits.headBytes { throw .headTooLarge }
    }

    // MARK: Body

    private mutating func beginBody(
        _ bytes: UnsafeRawBufferPointer, at end: Int
    ) throws(Failure) -> (consumed: Int, step: Step) {
        let framing = try reader.finish(bytes)
        let whole = RequestHead(
            UnsafeRawBufferPointer(rebasing: bytes[..<end]), fields: reader.fields, facts: reader.facts)
        let waits = reader.expectsContinue
        switch framing {
        case .none:
            reset()
            return (end, .request(whole, body: []))
        case .sized(let count):
            if count > limits.bodyBytes { throw .bodyTooLarge }
            remaining = count
            phase = .sizedBody
        case .chunked:
            phase = .chunkSize
        }
        head = whole
        line = 0
        scanned = 0
        if waits, bytes.count == end { return (end, .expectation) }
        return try readBody(bytes, from: end)
    }

    private mutating func readBody(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) throws(Failure) -> (consumed: Int, step: Step) {
        var cursor = start
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[cursor...])
            let before = phase
            let used: Int
            switch phase {
            case .sizedBody, .chunkData: used = takeData(rest)
            case .chunkSize: used = try readChunkSize(rest)
            case .chunkEnd: used = try readChunkEnd(rest)
            case .trailer: used = try readTrailer(rest)
            case .start, .fields, .failed: used = 0
            }
            cursor += used
            bodyBytesReceived += used
            if phase == .start, let head {
                let whole = body
                reset()
                return (cursor, .request(head, body: whole))
            }
            // Nothing taken and nothing changed: the rest has not come.
            if used == 0, phase == before { return (cursor, .incomplete) }
        }
    }

    private mutating func takeData(_ bytes: UnsafeRawBufferPointer) -> Int {
        let count = min(remaining, bytes.count)
        // Grows with what has come, not with what was promised.
        body.append(contentsOf: bytes[..<count])
        remaining -= count
        if remaining == 0 { phase = phase == .sizedBody ? .start : .chunkEnd }
        return count
    }

    private mutating func readChunkSize(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Int {
        let longest = ChunkLine.digitsMax + limits.extensionBytes - extensionBytes
        guard let content = try nextLine(bytes, longest: longest, else: .chunkLineTooLong) else { return 0 }
        let chunk = try ChunkLine(UnsafeRawBufferPointer(rebasing: bytes[..<content]))
        extensionBytes += chunk.extensionBytes
        if extensionBytes > limits.extensionBytes { throw .chunkLineTooLong }
        if chunk.size > UInt64(limits.bodyBytes - body.count) { throw .bodyTooLarge }
        remaining = Int(chunk.size)
        phase = remaining == 0 ? .trailer : .chunkData
        return content + 2
    }

    private mutating func readChunkEnd(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Int {
        if let first = bytes.first, first != ASCII.carriageReturn { throw .chunkOverrun }
        guard bytes.count >= 2 else { return 0 }
        guard bytes[1] == ASCII.lineFeed else { throw .chunkOverrun }
        phase = .chunkSize
        return 2
    }

    private mutating func readTrailer(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Int {
        let longest = limits.trailerBytes - trailerBytes - 2
        guard let content = try nextLine(bytes, longest: longest, else: .trailerTooLarge) else { return 0 }
        trailerBytes += content + 2
        if content == 0 {
            phase = .start
        } else {
            trailerFields += 1
            if reader.fields.count + trailerFields > limits.fieldCount { throw .tooManyFields }
            try HeadReader.checkTrailerField(bytes, 0..<content)
        }
        return content + 2
    }

    /// The length of the line at the front once its end has come.
    private mutating func nextLine(
        _ bytes: UnsafeRawBufferPointer, longest: Int, else excess: Failure
    ) throws(Failure) -> Int? {
        guard let feed = bytes.firstLineFeed(from: scanned) else {
            scanned = bytes.count
            if bytes.count > longest + 1 { throw excess }
            return nil
        }
        scanned = 0
        if feed - 1 > longest { throw excess }
        guard feed > 0, bytes[feed - 1] == ASCII.carriageReturn else { throw .bareLineFeed }
        return feed - 1
    }

    private mutating func reset() {
        phase = .start
        line = 0
        scanned = 0
        skippedEmptyLine = false
        reader.reset()
        head = nil
        body = []
        bodyBytesReceived = 0
        remaining = 0
        extensionBytes = 0
        trailerBytes = 0
        trailerFields = 0
    }
}
