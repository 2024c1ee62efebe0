internal import Core

/// A document made ready for decisions: names are ids, conditions are numbers. A snapshot that many threads may read.
public struct RoutingPlan: Sendable {
    /// Which version of the document it is; a decision says it.
    public let revision: Int64?
    /// The constants of the adaptive scores.
    public let adaptive: AdaptiveSettings
    /// When breakers open and close.
    public let breakers: BreakerSettings
    private let rules: [CompiledRule]
    private let courses: [Course]
    private let tariffs: [[Identifier: Tariff]]

    /// No rules: every payment goes by the accounts' own priority.
    public static let empty = RoutingPlan(.empty, .none)

    /// A plan of a document that was checked when it was written.
    ///
    /// What its names no longer stand for is passed over: a condition on it matches nobody, and a list of candidates does
    /// without it, never with somebody else instead.
    public init(_ document: RuleDocument, _ names: RoutingNames, revision: Int64? = nil) {
        self.revision = revision
        adaptive = document.adaptive
        breakers = document.breakers
        rules = document.rules.map { CompiledRule($0.when, names) }
        courses = document.rules.map { Course($0, names) }
        tariffs = PaymentMethod.allCases.map { method in
            var found: [Identifier: Tariff] = [:]
            for cost in document.costs where cost.method == method {
                if let account = names.account(cost.account) { found[account.id] = cost.tariff }
            }
            return found
        }
    }

    /// What the first rule that matches says; the accounts' own priority where none does.
    func course(for question: RoutingQuestion) -> Course {
        let facts = Facts(question)
        for place in rules.indices where rules[place].matches(facts) { return courses[place] }
        return .byPriority
    }

    /// What accounts take for payments by a method.
    func tariffs(of method: PaymentMethod) -> [Identifier: Tariff] {
        PaymentMethod.allCases.firstIndex(of: method).map { tariffs[$0] } ?? [:]
    }
}

/// What a rule says about the payments it matches.
final class Course: Sendable {
    /// The rule's name; nil where none matched.
    let rule: String?
    let strategy: Strategy
    /// nil is every account.
    let candidates: CandidateList?
    let attempts: Int?
    let seconds: Int?
    let value: Rate

    static let byPriority = Course()

    private init() {
        (rule, strategy, candidates, attempts, seconds, value) = (nil, .priority, nil, nil, nil, .whole)
    }

    init(_ rule: Rule, _ names: RoutingNames) {
        self.rule = rule.name
        strategy = rule.strategy
        candidates = rule.candidates.isEmpty ? nil : CandidateList(rule.candidates, names)
        (attempts, seconds, value) = (rule.attempts, rule.seconds, rule.value ?? .whole)
    }
}

/// A rule's candidates, found by id.
struct CandidateList: Sendable {
    /// In the rule's order.
    let weights: [Int]
    private let sorted: [(account: Identifier, place: Int)]

    init(_ candidates: [Rule.Candidate], _ names: RoutingNames) {
        var found: [(account: Identifier, place: Int)] = []
        var weights: [Int] = []
        for candidate in candidates {
            guard let id = names.account(candidate.account)?.id,
                !found.contains(where: { $0.account == id })
            else { continue }
            found.append((id, weights.count))
            weights.append(candidate.weight ?? 0)
        }
        self.weights = weights
        sorted = found.sorted { $0.account < $1.account }
    }

    /// An account's place in the rule's order; nil where it is not in it.
    func place(of account: Identifier) -> Int? {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].account < account { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low].account == account ? sorted[low].place : nil
    }
}
