public import Core

/// How many payments a process lets through a half-open breaker: a few at first, one more for each that succeeds, and one
/// more after some time without any, so that trials of which nothing is ever heard hold nobody up. There is nothing to give
/// back, so nothing is lost where a payment ends in a way that nobody reports.
public struct BreakerTrials: Sendable, Hashable {
    private var opening: Timestamp?
    private var admitted = 0
    private var lastAt = Timestamp(seconds: 0)

    /// None was let through.
    public init() {}

    /// Whether one more may go; only for a breaker that is half-open.
    public func admits(to breaker: CircuitBreaker, at now: Timestamp, _ settings: BreakerSettings) -> Bool {
        opening != breaker.countsFrom || admitted < settings.trials + (breaker.opening?.successes ?? 0)
            || now - lastAt >= .seconds(settings.trialSeconds)
    }

    /// Lets one more go, where it may.
    public mutating func admit(
        to breaker: CircuitBreaker, at now: Timestamp, _ settings: BreakerSettings
    ) -> Bool {
        guard admits(to: breaker, at: now, settings) else { return false }
        if opening != breaker.countsFrom { self = BreakerTrials(of: breaker.countsFrom) }
        admitted += 1
        lastAt = now
        return true
    }

    private init(of opening: Timestamp) { self.opening = opening }
}
