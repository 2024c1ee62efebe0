internal import Core
internal import JSON

extension Rule {
    static let candidatesMax = 100
    static let attemptsMax: Int64 = 10
    static let secondsMax: Int64 = 3600

    /// Reads a rule; nil where it has no name or strategy.
    init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        var reader = ObjectReader(json, at: pointer, problems)
        let name = reader.required("name", Words.name) { Words.isName($0) ? $0 : nil }
        let when = reader.value("when")
        let strategies = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
        let strategy = reader.required("strategy", "one of \(strategies)") { Strategy(rawValue: $0) }
        let candidates = reader.list("candidates", max: Self.candidatesMax)
        let attempts = reader.integer("attempts", in: 1...Self.attemptsMax)
        let seconds = reader.integer("seconds", in: 1...Self.secondsMax)
        let value = reader.text("value", Words.rate) { Rate(percent: $0) }
        reader.finish()
        if value != nil, let strategy, strategy != .adaptive {
            reader.report("value", "is for the strategy adaptive alone; leave it out")
        }
        let conditions = when.map { Conditions($0, at: pointer + "/when", problems) }
        guard let name, let strategy else { return nil }
        self.init(name: name, strategy: strategy)
        self.when = conditions ?? Conditions()
        (self.attempts, self.seconds, self.value) = (attempts, seconds, value)
        for element in candidates { add(element.value, at: element.pointer, problems) }
        if strategy == .split { checkWeights(candidates.count, reader) }
    }

    private mutating func add(_ json: JSON, at pointer: String, _ problems: Problems) {
        let account: String?
        var weight: Int?
        if strategy == .split {
            var reader = ObjectReader(json, at: pointer, problems)
            account = reader.required("account", Words.account) { Words.isAccount($0) ? $0 : nil }
            weight = reader.integer("weight", in: 0...100)
            reader.reportMissing("weight", "per cent, a whole number from 0 to 100")
            reader.finish()
        } else {
            account = json.stringValue.flatMap { Words.isAccount($0) ? $0 : nil }
            if account == nil {
                let hint =
                    json.objectValue == nil ? "" : ", as a text: weights are for the strategy split alone"
                problems.add(pointer, "must be \(Words.account)\(hint)")
            }
        }
        guard let account else { return }
        if candidates.contains(where: { $0.account == account }) {
            problems.add(pointer, "is there twice; leave one out")
        }
        candidates.append(Candidate(account: account, weight: weight))
    }

    /// Only where every weight could be read: else that was said.
    private func checkWeights(_ written: Int, _ reader: ObjectReader) {
        if written == 0 {
            reader.report("candidates", "is missing: split needs accounts with weights")
        }
        let weights = candidates.compactMap(\.weight)
        let sum = weights.reduce(0, +)
        guard written > 0, weights.count == written, sum != 100 else { return }
        reader.report("candidates", "has weights that add up to \(sum); they must add up to 100")
    }
}

extension Conditions {
    private static let namesMax = 100
    private static let windowsMax = 28

    init(_ json: JSON, at pointer: String, _ problems: Problems) {
        self.init()
        var reader = ObjectReader(json, at: pointer, problems)
        merchants = reader.texts("merchants", max: Self.namesMax, Words.merchant) {
            Words.isMerchant($0) ? $0 : nil
        }
        apps = reader.texts("apps", max: Self.namesMax, Words.app) { Words.isApp($0) ? $0 : nil }
        currencies = reader.texts("currencies", max: Currency.all.count, Words.currencies) {
            Currency(code: $0)
        }
        directions = reader.texts("directions", max: 2, "payin or payout") { Direction(rawValue: $0) }
        methods = reader.texts("methods", max: PaymentMethod.allCases.count, Words.methods) {
            PaymentMethod(rawValue: $0)
        }
        amount = reader.value("amount").flatMap { AmountRange($0, at: pointer + "/amount", problems) }
        banks = reader.texts("banks", max: Self.namesMax, "a bank's code: 1 to 20 letters, digits, _ and -") {
            Words.isBank($0) ? $0 : nil
        }
        times = reader.list("times", max: Self.windowsMax).compactMap {
            TimeWindow($0.value, at: $0.pointer, problems)
        }
        customers = reader.value("customers").flatMap {
            Self.buckets($0, at: pointer + "/customers", problems)
        }
        metadata =
            reader.value("metadata").map { MetadataCondition.read($0, at: pointer + "/metadata", problems) }
            ?? []
        reader.finish()
        if methodsLeft.isEmpty {
            problems.add(
                pointer, "is no payment's: no method has this currency, direction and method together")
        }
    }

    private static func buckets(
        _ json: JSON, at pointer: String, _ problems: Problems
    ) -> ClosedRange<Int>? {
        var reader = ObjectReader(json, at: pointer, problems)
        let from = reader.integer("from", in: 0...99)
        let to = reader.integer("to", in: 0...99)
        for name in ["from", "to"] { reader.reportMissing(name, "a bucket from 0 to 99") }
        reader.finish()
        guard let from, let to else { return nil }
        guard from <= to else {
            reader.report("to", "is less than from, so that no customer is meant; make it at least that")
            return nil
        }
        return from...to
    }
}

extension AmountRange {
    init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        var reader = ObjectReader(json, at: pointer, problems)
        let found = reader.required("currency", Words.currencies) { Currency(code: $0) }
        // Without a currency the amounts cannot be judged, but they are known members.
        let minimum = reader.amount("minimum", found ?? .thb, from: 1)
        let maximum = reader.amount("maximum", found ?? .thb, from: 1)
        let isEmpty = reader.value("minimum") == nil && reader.value("maximum") == nil
        reader.finish()
        guard let currency = found else { return nil }
        if isEmpty {
            problems.add(pointer, "must have a minimum or a maximum; use currencies where neither matters")
        }
        if let minimum, let maximum, minimum > maximum {
            reader.report(
                "maximum", "is less than minimum, so that no amount is meant; make it at least that")
        }
        self.init(currency: currency, minimum: minimum, maximum: maximum)
    }
}

extension TimeWindow {
    init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        var reader = ObjectReader(json, at: pointer, problems)
        let zones = Zone.named.map(\.0).joined(separator: ", ")
        let zone = reader.required(
            "zone", "\(zones), or the zone's offset such as \"+07:00\" where its clock is never changed"
        ) { Zone($0) }
        let names = Weekday.allCases.map(\.rawValue).joined(separator: ", ")
        let days = reader.texts("days", max: 7, "one of \(names)") { Weekday(rawValue: $0) }
        let from = reader.text("from", "a time from \"00:00\" to \"23:59\"") { text in
            TimeOfDay.minutes(text).flatMap { $0 < TimeOfDay.minutesMax ? $0 : nil }
        }
        let to = reader.text("to", "a time from \"00:01\" to \"24:00\"; \"24:00\" is the end of the day") {
            text in
            TimeOfDay.minutes(text).flatMap { $0 > 0 ? $0 : nil }
        }
        let (hasFrom, hasTo) = (reader.value("from") != nil, reader.value("to") != nil)
        reader.finish()
        if hasFrom != hasTo {
            reader.report(hasFrom ? "to" : "from", "is missing: tell both, or neither for all day")
        }
        if let from, from == to {
            reader.report("to", "is the same as from, so that no time is meant; leave both out for all day")
        }
        guard let zone else { return nil }
        let hours = from.flatMap { from in to.map { Hours(from: from, to: $0) } }
        self.init(zone: zone, days: days, hours: hours)
    }
}

extension MetadataCondition {
    private static let keysMax = 10
    private static let valuesMax = 50
    /// As the API bounds them.
    private static let keyLength = 1...40
    private static let valueLength = 0...200

    static func read(_ json: JSON, at pointer: String, _ problems: Problems) -> [MetadataCondition] {
        var reader = ObjectReader(json, at: pointer, problems)
        guard json.objectValue == nil || (1...keysMax).contains(reader.members.count) else {
            problems.add(pointer, "must have 1 to \(keysMax) members; leave it out for none")
            return []
        }
        var conditions: [MetadataCondition] = []
        for (key, value) in reader.members {
            guard Words.isLine(key, keyLength) else {
                reader.report(key, "must have a name of 1 to \(keyLength.upperBound) characters in one line")
                continue
            }
            if let isThere = value.boolValue {
                conditions.append(MetadataCondition(key: key, test: isThere ? .present : .absent))
            } else if value.arrayValue != nil {
                let texts = reader.texts(key, max: valuesMax, "a text of at most 200 characters in one line")
                {
                    Words.isLine($0, valueLength) ? $0 : nil
                }
                conditions.append(MetadataCondition(key: key, test: .oneOf(texts)))
            } else {
                reader.report(key, "must be a list of texts, true (it is there) or false (it is not)")
            }
        }
        return conditions.sorted { $0.key < $1.key }
    }
}
