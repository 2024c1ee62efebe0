internal import Core

/// A question in the terms that compiled rules compare.
struct Facts {
    let question: RoutingQuestion
    let methods: MethodSet
    let minute: Int
    /// Of the customer; -1, which no rule has, where there is none.
    let bucket: Int

    init(_ question: RoutingQuestion) {
        self.question = question
        methods = MethodSet(question.method)
        minute = WeekTimes.minute(of: question.time)
        bucket = question.customer.map { CustomerBucket.bucket(of: $0) } ?? -1
    }
}

/// Methods, a bit for each.
struct MethodSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ method: PaymentMethod) {
        rawValue = 1 << UInt32(PaymentMethod.allCases.firstIndex(of: method) ?? 31)
    }

    init(_ methods: some Sequence<PaymentMethod>) {
        self = methods.reduce(into: []) { $0.formUnion(MethodSet($1)) }
    }
}

/// A rule's conditions with names resolved; nil, and an empty list of metadata, is no condition. Lists are sorted. An object,
/// so that asking one copies nothing.
final class CompiledRule: Sendable {
    let methods: MethodSet
    let amounts: ClosedRange<Int64>
    let merchants: [Identifier]?
    let apps: [Identifier]?
    let banks: [String]?
    let times: WeekTimes?
    let customers: ClosedRange<Int>?
    let metadata: [MetadataCondition]
    /// Where apps are named and no merchants: those that the apps belong to.
    private let merchantsImplied: [Identifier]?

    /// A name that stands for nobody matches nobody.
    init(_ conditions: Conditions, _ names: RoutingNames) {
        func listed<Wanted: Comparable>(_ list: [Wanted], _ given: [String]) -> [Wanted]? {
            given.isEmpty ? nil : list.sorted()
        }
        methods = MethodSet(conditions.methodsLeft)
        amounts = conditions.amount?.range ?? Int64.min...Int64.max
        let found = conditions.apps.compactMap(names.app)
        merchants = listed(conditions.merchants.compactMap(names.merchant), conditions.merchants)
        apps = listed(found.map(\.id), conditions.apps)
        merchantsImplied = listed(found.map(\.merchant), conditions.apps)
        banks = listed(conditions.banks, conditions.banks)
        times = conditions.times.isEmpty ? nil : WeekTimes(conditions.times)
        customers = conditions.customers
        metadata = conditions.metadata.map { condition in
            guard case .oneOf(let values) = condition.test else { return condition }
            return MetadataCondition(key: condition.key, test: .oneOf(values.sorted()))
        }
    }

    /// The cheap conditions first.
    func matches(_ facts: borrowing Facts) -> Bool {
        guard methods.isSuperset(of: facts.methods), amounts.contains(facts.question.amount) else {
            return false
        }
        if let merchants, !merchants.contains(facts.question.merchant) { return false }
        if let apps, !apps.contains(facts.question.app) { return false }
        if let customers, !customers.contains(facts.bucket) { return false }
        if let times, !times.contains(facts.minute) { return false }
        if let banks {
            guard let bank = facts.question.bank, banks.contains(bank) else { return false }
        }
        for condition in metadata where !condition.holds(for: facts.question.metadata) { return false }
        return true
    }

    /// Whether every payment by one of `methods` that the other rule matches, this one matches too.
    func covers(_ other: CompiledRule) -> Bool {
        amounts.lowerBound <= other.amounts.lowerBound && other.amounts.upperBound <= amounts.upperBound
            && Self.covers(merchants, other.merchants ?? other.merchantsImplied)
            && Self.covers(apps, other.apps) && Self.covers(banks, other.banks)
            && (times.map { $0.covers(other.times ?? .always) } ?? true)
            && (customers.map { mine in
                other.customers.map { mine.contains($0.lowerBound) && mine.contains($0.upperBound) } ?? false
            } ?? true)
            && metadata.allSatisfy { mine in other.metadata.contains { $0.implies(mine) } }
    }

    private static func covers<Wanted: Comparable>(_ mine: [Wanted]?, _ other: [Wanted]?) -> Bool {
        guard let mine else { return true }
        guard let other else { return false }
        return isSubset(other, of: mine)
    }

    /// Both sorted.
    static func isSubset<Wanted: Comparable>(_ part: [Wanted], of whole: [Wanted]) -> Bool {
        var place = 0
        return part.allSatisfy { wanted in
            while place < whole.count, whole[place] < wanted { place += 1 }
            return place < whole.count && whole[place] == wanted
        }
    }
}

extension MetadataCondition {
    func holds(for words: [RoutingQuestion.Word]) -> Bool {
        let value = words.first { $0.key == key }?.value
        switch test {
        case .present: return value != nil
        case .absent: return value == nil
        case .oneOf(let values): return value.map(values.contains) ?? false
        }
    }

    /// Whether the other must hold where this one does. Values are sorted.
    fileprivate func implies(_ other: MetadataCondition) -> Bool {
        guard key == other.key else { return false }
        switch (test, other.test) {
        case (.present, .present), (.absent, .absent), (.oneOf, .present): return true
        case (.oneOf(let mine), .oneOf(let others)): return CompiledRule.isSubset(mine, of: others)
        default: return false
        }
    }
}
