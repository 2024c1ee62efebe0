import Testing

@testable import HTTP

/// What a parser made of a stream.
struct Outcome: Equatable, CustomStringConvertible {
    struct Message: Equatable {
        var method: String
        var target: String
        var body: String
    }

    var messages: [Message] = []
    /// The status that refused the rest of the stream.
    var status: Int?
    /// Whether the stream ended inside a message.
    var isPartial = false

    var description: String {
        let all = messages.map { "\($0.method) \($0.target) \($0.body.debugDescription)" }
        return "\(all)\(status.map { " then \($0)" } ?? "")\(isPartial ? " then a part" : "")"
    }

    /// Gives the bytes to a parser in pieces that end at these offsets, as a connection would.
    init(_ bytes: [UInt8], limits: RequestParser.Limits = .init(), cuts: some Sequence<Int>) {
        var parser = RequestParser(limits: limits)
        var pending: [UInt8] = []
        var start = 0
        for cut in Array(cuts) + [bytes.count] {
            pending += bytes[start..<cut]
            start = cut
            guard feed(&parser, &pending) else { return }
        }
        isPartial = parser.phase != .start || !pending.isEmpty
    }

    private mutating func feed(_ parser: inout RequestParser, _ pending: inout [UInt8]) -> Bool {
        while !pending.isEmpty {
            let (used, step) = pending.withUnsafeBytes { parser.advance($0) }
            pending.removeFirst(used)
            switch step {
            case .incomplete: return true
            case .expectation: continue
            case .request(let head, let body):
                let peer = PeerAddress(high: 0, low: 0, isVersion6: false, port: 0)
                let request = Request(
                    head: head, body: body, peer: peer, number: RequestNumber(high: 0, low: 0))
                messages.append(
                    Message(
                        method: request.method.rawValue, target: request.target,
                        body: String(decoding: body, as: UTF8.self)))
            case .failure(let failure):
                status = failure.status
                return false
            }
        }
        return true
    }

    init(messages: [Message] = [], status: Int? = nil) {
        self.messages = messages
        self.status = status
    }
}

/// A stream of bytes and what must become of it.
struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var expected: Expectation

    enum Expectation: Sendable {
        case refused(Int)
        /// `METHOD target body`, one for each request.
        case requests([String])
    }

    init(_ name: String, _ text: String, _ status: Int) {
        self.name = name
        self.text = text
        expected = .refused(status)
    }

    init(_ name: String, _ text: String, _ requests: String...) {
        self.name = name
        self.text = text
        expected = .requests(requests)
    }

    var testDescription: String { name }

    /// The text, in which each character is one byte.
    var bytes: [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

    var outcome: Outcome {
        switch expected {
        case .refused(let status): return Outcome(status: status)
        case .requests(let lines):
            return Outcome(
                messages: lines.map { line in
                    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
                    return Outcome.Message(
                        method: String(parts[0]), target: String(parts[1]),
                        body: parts.count > 2 ? String(parts[2]) : "")
                })
        }
    }
}
