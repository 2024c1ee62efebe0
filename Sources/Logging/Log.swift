internal import Core
internal import JSON

/// Structured logs: one JSON object a line, with the time, the level, the event's name and its fields.
///
/// Callers give neither secrets nor personal data. What a line may cost is bounded: long texts are cut, long lines
/// dropped to their event, and past `linesPerSecondMax` lines are counted instead of written.
public struct Log: Sendable {
    /// How much a line matters.
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        /// For who looks for a fault.
        case debug
        /// What an operator wants to know of afterwards.
        case info
        /// What an operator should look at.
        case error

        /// Lesser is less.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// As it is written and configured.
        public var word: String {
            switch self {
            case .debug: "debug"
            case .info: "info"
            case .error: "error"
            }
        }
    }

    /// A field's value.
    public enum Value: Sendable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
        ExpressibleByBooleanLiteral
    {
        /// Cut after `textBytesMax` bytes.
        case text(String)
        /// A whole number.
        case int(Int64)
        /// A truth value.
        case bool(Bool)

        /// A text.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A whole number.
        public init(integerLiteral value: Int64) { self = .int(value) }
        /// A truth value.
        public init(booleanLiteral value: Bool) { self = .bool(value) }
        /// A whole number.
        public init(_ value: some BinaryInteger) { self = .int(Int64(clamping: value)) }
        /// A text; a dash where there is none.
        public init(_ value: String?) { self = .text(value ?? "-") }
    }

    /// Of a text value.
    public static let textBytesMax = 500
    /// Of a line; also what a pipe takes whole (pipe(7), PIPE_BUF).
    public static let lineBytesMax = 4096
    /// In any one second.
    public static let linesPerSecondMax = 500

    /// Lines of lesser levels are not written.
    public let level: Level
    private let sink: any LogSink
    private let gate: LogGate

    /// A log that writes to standard error unless told otherwise.
    public init(level: Level, sink: any LogSink = StandardError()) {
        self.level = level
        self.sink = sink
        gate = LogGate(linesPerSecondMax: Self.linesPerSecondMax)
    }

    /// A log that nobody reads.
    public static let none = Log(level: .error, sink: Nowhere())

    /// For who looks for a fault.
    public func debug(_ event: StaticString, _ fields: KeyValuePairs<StaticString, Value> = [:]) {
        write(.debug, event, fields)
    }

    /// What an operator wants to know of afterwards.
    public func info(_ event: StaticString, _ fields: KeyValuePairs<StaticString, Value> = [:]) {
        write(.info, event, fields)
    }

    /// What an operator should look at.
    public func error(_ event: StaticString, _ fields: KeyValuePairs<StaticString, Value> = [:]) {
        write(.error, event, fields)
    }

    private func write(_ level: Level, _ event: StaticString, _ fields: KeyValuePairs<StaticString, Value>) {
        guard level >= self.level else { return }
        let now = SystemTime.now()
        guard let dropped = gate.pass(second: now.seconds) else { return }
        let line = Self.line(now, level, event, fields, dropped: dropped)
        sink.write(
            line.count <= Self.lineBytesMax
                ? line : Self.line(now, level, event, ["cut": true], dropped: dropped))
    }

    private static func line(
        _ now: Timestamp, _ level: Level, _ event: StaticString, _ fields: KeyValuePairs<StaticString, Value>,
        dropped: Int
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", now.iso8601)
        writer.member("level", level.word)
        writer.member("event", event.description)
        for (name, value) in fields {
            switch value {
            case .text(let text): writer.member(name, cut(text))
            case .int(let number): writer.member(name, number)
            case .bool(let flag): writer.member(name, flag)
            }
        }
        if dropped > 0 { writer.member("lines_dropped_before", dropped) }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textBytesMax else { return text }
        // A character that is cut through becomes U+FFFD.
        return String(decoding: text.utf8.prefix(textBytesMax), as: UTF8.self) + "…"
    }
}
