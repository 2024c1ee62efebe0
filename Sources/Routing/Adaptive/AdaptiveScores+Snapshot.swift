internal import Core
internal import JSON

/// A snapshot that cannot be read: from another version, damaged, or larger than scores ever are.
public struct AdaptiveSnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, for an operator.
    public let description: String
}

/// How the scores outlive a process and reach the others.
///
/// `record` is a fold over outcomes: processes that take in the same outcomes agree, but for the order within the
/// seconds in which they travel. A snapshot with the position in the stream of outcomes makes a restart cheap: read
/// it, then record what came after. `merge` is for processes that share snapshots and nothing else: of each place it
/// keeps the state that has seen more, so it may be done in any order and any number of times. What only the other
/// state had seen is lost, so processes should record one another's outcomes, and merge to repair.
extension AdaptiveScores {
    private static let version: Int64 = 3
    private static let limits = JSON.Limits(bytes: 64 << 20, depth: 8, values: 4_000_000)

    /// All evidence, some 300 bytes for each account, method and bank that was seen. Settings are not part of it.
    public func snapshot() -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("version", Self.version)
        writer.key("methods")
        writer.beginObject()
        for (method, pool) in pools.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.key(method.rawValue)
            pool.write(to: &writer)
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// Reads a snapshot.
    public init(
        snapshot: [UInt8], settings: AdaptiveSettings = AdaptiveSettings()
    ) throws(AdaptiveSnapshotError) {
        self.init(settings: settings)
        let json: JSON
        do { json = try JSON.parse(snapshot, limits: Self.limits) } catch {
            throw AdaptiveSnapshotError(description: "The scores are no JSON: \(error).")
        }
        guard json["version"]?.int64 == Self.version, let methods = json["methods"]?.objectValue else {
            throw AdaptiveSnapshotError(description: "The scores are of another version.")
        }
        for (name, value) in methods.members {
            guard let method = PaymentMethod(rawValue: name) else { continue }
            pools[method] = try Pool(reading: value)
        }
    }

    /// Takes over what another state has seen more of, place by place.
    public mutating func merge(_ other: AdaptiveScores) {
        for (method, pool) in other.pools { pools[method, default: Pool()].merge(pool) }
    }
}

extension AdaptiveScores.Pool {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("customers")
        writer.numbers(customers.numbers)
        writer.key("together")
        writer.numbers(together.numbers)
        writer.key("accounts")
        accounts.write(to: &writer)
        writer.key("banks")
        writer.beginObject()
        for (bank, group) in banks.sorted(by: { $0.key < $1.key }) {
            writer.key(bank)
            group.write(to: &writer)
        }
        writer.endObject()
        writer.endObject()
    }

    init(reading json: JSON) throws(AdaptiveSnapshotError) {
        guard let customers = AdaptiveScores.Customers(numbers: json["customers"].numbers),
            let together = AdaptiveEvidence(numbers: json["together"].numbers),
            let banks = json["banks"]?.objectValue, banks.count <= AdaptiveScores.banksMax
        else { throw AdaptiveSnapshotError(description: "A method's scores are damaged.") }
        self.customers = customers
        self.together = together
        accounts = try AdaptiveScores.Group(reading: json["accounts"])
        for (bank, group) in banks.members { self.banks[bank] = try AdaptiveScores.Group(reading: group) }
    }

    mutating func merge(_ other: Self) {
        if customers < other.customers { customers = other.customers }
        if together < other.together { together = other.together }
        accounts.merge(other.accounts)
        for (bank, group) in other.banks where banks[bank] != nil || banks.count < AdaptiveScores.banksMax {
            banks[bank, default: AdaptiveScores.Group()].merge(group)
        }
    }
}

extension AdaptiveScores.Group {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("clock", clock)
        writer.key("places")
        writer.beginObject()
        for (account, place) in places {
            writer.key(account.text(.providerAccount))
            writer.numbers(place.evidence.numbers + place.retriesNumbers)
        }
        writer.endObject()
        writer.endObject()
    }

    fileprivate init(reading json: JSON?) throws(AdaptiveSnapshotError) {
        guard let clock = json?["clock"]?.int64, clock >= 0, let places = json?["places"]?.objectValue,
            places.count <= AdaptiveScores.accountsMax
        else { throw AdaptiveSnapshotError(description: "The scores of a group of accounts are damaged.") }
        self.clock = UInt64(clock)
        for (name, value) in places.members {
            let numbers = Optional(value).numbers
            guard let account = Identifier(name, .providerAccount),
                let evidence = AdaptiveEvidence(numbers: Array(numbers.dropLast(6))),
                let retries = AdaptiveScores.Retries(numbers: Array(numbers.suffix(6).prefix(2))),
                let retriesDown = AdaptiveScores.Retries(numbers: Array(numbers.suffix(4).prefix(2))),
                let retriesCalm = AdaptiveScores.Retries(numbers: Array(numbers.suffix(2)))
            else { throw AdaptiveSnapshotError(description: "The scores of an account are damaged.") }
            self.places[account] = AdaptiveScores.Place(
                evidence: evidence, retries: retries, retriesDown: retriesDown, retriesCalm: retriesCalm)
        }
    }

    fileprivate mutating func merge(_ other: Self) {
        clock = max(clock, other.clock)
        for (account, place) in other.places {
            guard let mine = places[account] else {
                makeRoom()
                places[account] = place
                places[account]?.probedAt = decisions
                continue
            }
            guard mine.evidence < place.evidence else { continue }
            places[account] = place
            places[account]?.probedAt = mine.probedAt
            if place.evidence.isDown, !mine.evidence.isDown { places[account]?.probedAt = decisions }
        }
    }
}
