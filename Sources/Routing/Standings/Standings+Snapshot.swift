internal import Core
internal import JSON

/// How what was learned outlives a process: a snapshot with the place in the log up to which it goes.
extension Standings {
    private static let version: Int64 = 1
    private static let limits = JSON.Limits(bytes: 64 << 20, depth: 12, values: 4_000_000)

    /// Everything but the constants, which are the rules'.
    public func snapshot() -> [UInt8] {
        var writer = JSONWriter(capacity: 8192)
        writer.beginObject()
        writer.member("version", Self.version)
        writer.key("scores")
        writer.raw(scores.snapshot())
        writer.key("standings")
        writer.beginArray()
        let sorted = standings.sorted {
            ($0.key.account, $0.key.method.rawValue) < ($1.key.account, $1.key.method.rawValue)
        }
        for (key, standing) in sorted {
            writer.beginObject()
            writer.member("account", key.account.text(.providerAccount))
            writer.member("method", key.method.rawValue)
            writer.member("lastAt", standing.lastAt.microseconds)
            writer.key("latency")
            writer.numbers(standing.latency.numbers)
            writer.key("breaker")
            writer.numbers(standing.breaker.numbers)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// Reads a snapshot.
    ///
    /// - Throws: where it is of another version or damaged.
    public init(snapshot: [UInt8]) throws(AdaptiveSnapshotError) {
        let json: JSON
        do { json = try JSON.parse(snapshot, limits: Self.limits) } catch {
            throw AdaptiveSnapshotError(description: "The standings are no JSON: \(error).")
        }
        guard json["version"]?.int64 == Self.version, let scores = json["scores"],
            let standings = json["standings"]?.arrayValue, standings.count <= Self.placesMax
        else { throw AdaptiveSnapshotError(description: "The standings are of another version.") }
        self.scores = try AdaptiveScores(snapshot: scores.compact())
        for entry in standings {
            guard let account = entry["account"]?.stringValue.flatMap({ Identifier($0, .providerAccount) }),
                let latency = TypicalLatency(numbers: entry["latency"].numbers),
                let breaker = CircuitBreaker(numbers: entry["breaker"].numbers),
                let lastAt = entry["lastAt"]?.int64
            else { throw AdaptiveSnapshotError(description: "The standing of an account is damaged.") }
            // A method that this version does not have is another's business.
            guard let method = entry["method"]?.stringValue.flatMap(PaymentMethod.init(rawValue:)) else {
                continue
            }
            self.standings[Key(account: account, method: method)] = Standing(
                latency: latency, breaker: breaker, lastAt: Timestamp(microseconds: lastAt))
        }
    }
}
