public import Core

extension CircuitBreaker {
    /// Why a breaker opened, and what its trials have come to.
    public struct Opening: Sendable, Hashable {
        /// What opened it.
        public enum Cause: Int, Sendable, Hashable, CaseIterable {
            /// So many failures, and no success between them.
            case consecutiveFailures
            /// The share of failures among the last outcomes.
            case failureRate
        }

        /// What opened it.
        public let cause: Cause
        /// How many outcomes that opened it were failures, lost answers among them.
        public let failures: Int
        /// How many of these were lost answers; those that are still known, in a long run.
        public let timeouts: Int
        /// Among how many outcomes.
        public let outcomes: Int
        /// Since when it lets no payment through but trials.
        public let since: Timestamp
        /// Each doubles the pause before the next.
        public internal(set) var failedTrials = 0
        /// Trials that succeeded since the last that failed.
        public internal(set) var successes = 0

        /// For an operator: `5 failures in a row, 2 by lost answers`.
        public var why: String {
            let lost = timeouts == 0 ? "" : ", \(timeouts) by lost answers"
            let retried = failedTrials == 0 ? "" : "; \(failedTrials) failed when tried again"
            switch cause {
            case .consecutiveFailures: return "\(failures) failures in a row\(lost)\(retried)"
            case .failureRate: return "\(failures) of the last \(outcomes) failed\(lost)\(retried)"
            }
        }
    }

    /// Where it stands.
    ///
    /// - Parameter healthyAt: when the provider's own health call last told that it works; nil where it does not, or has none.
    public func position(
        at now: Timestamp, healthyAt: Timestamp? = nil, _ settings: BreakerSettings
    ) -> Position {
        guard let opening, let triesAt = triesAt(healthyAt: healthyAt, settings) else { return .closed }
        // A success while it is open is a payin's that had nobody else: it is a trial like another.
        return opening.successes > 0 || now >= triesAt ? .halfOpen : .open
    }

    /// From when on real payments try it; nil where it is closed.
    ///
    /// A health call only shortens the first pause: one that says what is not so would make it flap.
    public func triesAt(healthyAt: Timestamp? = nil, _ settings: BreakerSettings) -> Timestamp? {
        guard let opening else { return nil }
        let due = countsFrom + settings.pause(afterFailedTrials: opening.failedTrials)
        guard let healthyAt, opening.failedTrials == 0, healthyAt > countsFrom else { return due }
        return min(due, healthyAt)
    }
}
