public import Core
public import JSON

/// What an operator says about routing: rules, the first that matches counts, what accounts cost, and when breakers open.
public struct RuleDocument: Sendable, Hashable {
    /// In the order in which they are asked.
    public var rules: [Rule]
    /// One for an account and method at most.
    public var costs: [Cost]
    /// The constants of the adaptive scores, for all of its rules and for what is learned.
    public var adaptive = AdaptiveSettings()
    /// When breakers open and close.
    public var breakers = BreakerSettings()

    /// The one format there is.
    public static let format: Int64 = 1
    /// No rules: every payment goes by the accounts' own priority.
    public static let empty = RuleDocument(rules: [], costs: [])

    /// What an account takes for payments of a method.
    public struct Cost: Sendable, Hashable {
        /// Its name or its id.
        public var account: String
        /// The method; amounts are of its currency.
        public var method: PaymentMethod
        /// What is taken.
        public var tariff: Tariff

        /// A cost.
        public init(account: String, method: PaymentMethod, tariff: Tariff) {
            self.account = account
            self.method = method
            self.tariff = tariff
        }
    }

    /// A document.
    public init(rules: [Rule], costs: [Cost]) {
        self.rules = rules
        self.costs = costs
    }

    /// Everything that is wrong with a document, each with its place and what to do.
    public struct Invalid: Error, Sendable, Hashable {
        /// At least one, and at most `Problems.countMax`.
        public let problems: [FieldProblem]

        /// Problems; at least one.
        public init(problems: [FieldProblem]) { self.problems = problems }
    }

    /// Reads a document in full: its form, then its names and what follows from them together.
    ///
    /// - Throws: every problem of the form, or of the names where the form is right.
    public init(_ json: JSON, checkedAgainst names: RoutingNames) throws(Invalid) {
        try self.init(json)
        let problems = check(against: names)
        guard problems.isEmpty else { throw Invalid(problems: problems) }
    }
}

/// What is wrong with a document so far.
final class Problems {
    /// More help nobody, and a hostile document must not make a long answer.
    static let countMax = 100
    private(set) var list: [FieldProblem] = []

    func add(_ pointer: String, _ detail: String) {
        guard list.count < Self.countMax else { return }
        list.append(FieldProblem(pointer: pointer, detail: detail))
    }
}
