public import Core
internal import JSON

extension Decision {
    /// As it is stored with the order, and shown to an operator.
    public var json: [UInt8] {
        var writer = JSONWriter(capacity: 256 + 80 * (candidates.count + exclusions.count))
        writer.beginObject()
        writer.member("strategy", strategy)
        writer.member("rule", rule)
        if let revision { writer.member("revision", revision) }
        // As text: programs that read numbers as binary floating point would round it.
        if let seed { writer.member("seed", Self.hexadecimal(seed)) }
        if isDegraded { writer.member("degraded", true) }
        if let attempts = bounds.attempts { writer.member("attempts", attempts) }
        if let seconds = bounds.seconds { writer.member("seconds", seconds) }
        if let bank { writer.member("bank", bank) }
        writer.key("candidates")
        writer.beginArray()
        for candidate in candidates { writer.string(candidate.text(.providerAccount)) }
        writer.endArray()
        writer.key("scores")
        writer.beginArray()
        for score in scores { score.write(to: &writer) }
        writer.endArray()
        writer.key("excluded")
        writer.beginArray()
        for exclusion in exclusions {
            writer.beginObject()
            writer.member("account", exclusion.account.text(.providerAccount))
            writer.member("reason", exclusion.reason.rawValue)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The candidates of a stored decision, of this version or an older one; empty where it cannot be read.
    public static func candidates(in json: [UInt8]) -> [Identifier] {
        course(in: json).candidates
    }

    /// The counterparty's bank that a stored decision was made for.
    public static func bank(in json: [UInt8]) -> String? {
        (try? JSON.member("bank", in: json))??.stringValue
    }

    /// The accounts that a stored decision left out for a reason.
    public static func accounts(in json: [UInt8], excludedFor reason: ExclusionReason) -> [Identifier] {
        let excluded = (try? JSON.parse(json))?["excluded"]?.arrayValue ?? []
        return excluded.filter { $0["reason"]?.stringValue == reason.rawValue }
            .compactMap { $0["account"]?.stringValue.flatMap { Identifier($0, .providerAccount) } }
    }

    /// The candidates of a stored decision, and how far failover may go; older ones have no limit.
    public static func course(in json: [UInt8]) -> (candidates: [Identifier], bounds: Bounds) {
        guard let stored = try? JSON.parse(json), let list = stored["candidates"]?.arrayValue else {
            return ([], .none)
        }
        let bounds = Bounds(
            attempts: stored["attempts"]?.int64.flatMap { Int(exactly: $0) },
            seconds: stored["seconds"]?.int64.flatMap { Int(exactly: $0) })
        return (list.compactMap { $0.stringValue.flatMap { Identifier($0, .providerAccount) } }, bounds)
    }
}

extension Decision.Score {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("account", account.text(.providerAccount))
        switch measure {
        case .priority(let place): writer.member("priority", place)
        case .weight(let share): writer.member("weight", share)
        case .cost(let cost): writer.member("cost", cost)
        case .latency(let latency): writer.member("latency", latency)
        case .expectation(let score):
            writer.key("parts")
            writer.beginObject()
            writer.member("expected", Int64(exactly: score.expected.rounded()))
            writer.member("success", score.success, decimals: 4)
            writer.member("spread", score.spread, decimals: 4)
            writer.member("weight", score.weight, decimals: 1)
            writer.member("cost", score.cost)
            if score.isDown { writer.member("down", true) }
            if let reason = score.reason { writer.member("because", reason.rawValue) }
            writer.endObject()
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// A number, or `null` where there is none.
    fileprivate mutating func member(_ name: StaticString, _ value: Int64?) {
        self.name(name)
        if let value { int(value) } else { null() }
    }

    /// A number with at most so many decimals; `null` for what is no number in JSON.
    fileprivate mutating func member(_ name: StaticString, _ value: Double, decimals: Int) {
        self.name(name)
        if let shown = JSONNumber(rounding: value, decimals: decimals) { number(shown) } else { null() }
    }
}
