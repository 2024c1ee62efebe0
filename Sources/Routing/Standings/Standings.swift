public import Core

/// Everything that was learned of the accounts: a fold over the reports of their attempts, of bounded size. Whoever takes in
/// the same reports in the same order holds the same.
public struct Standings: Sendable {
    /// What `adaptive` goes by.
    var scores = AdaptiveScores()
    /// What else is known of an account and method.
    var standings: [Key: Standing] = [:]

    /// When breakers open and close, from here on.
    public var breakers = BreakerSettings()

    /// Accounts and methods of which something is kept; beyond it the one that was heard of longest ago is forgotten.
    public static let placesMax = 1024

    /// An account's part for a method.
    struct Key: Sendable, Hashable {
        let account: Identifier
        let method: PaymentMethod
    }

    /// What is known of an account and method beside its scores.
    struct Standing: Sendable {
        var latency = TypicalLatency()
        var breaker = CircuitBreaker()
        /// When something was last heard.
        var lastAt = Timestamp(microseconds: 0)
    }

    /// Nothing was learned yet.
    public init() {}

    /// Takes in what an attempt came to. In constant time, but where a place must be made.
    public mutating func record(_ report: AttemptReport) {
        if let result = report.verdict.result {
            scores.record(result, of: report.account, for: report.method, bank: report.bank)
        }
        guard report.verdict != .customer else { return }
        let key = Key(account: report.account, method: report.method)
        if standings[key] == nil { makeRoom() }
        standings[key, default: Standing()].learn(report, breakers)
    }

    /// The constants by which the scores go from here on.
    public var settings: AdaptiveSettings {
        get { scores.settings }
        set { scores.settings = newValue }
    }

    /// How long an account typically takes for a method, in milliseconds; nil where nobody has measured it.
    public func latency(of account: Identifier, for method: PaymentMethod) -> Int64? {
        standings[Key(account: account, method: method)]?.latency.milliseconds
    }

    /// The breaker of an account and method, where it is not closed.
    public func openBreaker(of account: Identifier, for method: PaymentMethod) -> CircuitBreaker? {
        let breaker = standings[Key(account: account, method: method)]?.breaker
        return breaker?.opening == nil ? nil : breaker
    }

    private mutating func makeRoom() {
        guard standings.count >= Self.placesMax else { return }
        let oldest = standings.min {
            ($0.value.lastAt, $0.key.account, $0.key.method.rawValue)
                < ($1.value.lastAt, $1.key.account, $1.key.method.rawValue)
        }
        if let oldest { standings[oldest.key] = nil }
    }
}

extension Standings.Standing {
    mutating func learn(_ report: AttemptReport, _ breakers: BreakerSettings) {
        lastAt = max(lastAt, report.at)
        if let milliseconds = report.latency { latency.learn(milliseconds) }
        if let event = report.verdict.event {
            breaker.record(event, at: report.at, begun: report.begun, breakers)
        } else if report.verdict == .reset {
            breaker.reset(at: report.at)
        }
    }
}
