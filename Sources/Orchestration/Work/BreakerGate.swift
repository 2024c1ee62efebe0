internal import Core
internal import Routing
internal import Synchronization

/// What a process knows of breakers beside what was learned: how many payments it let through half-open ones, and which
/// providers say that they work.
public final class BreakerGate: Sendable {
    private struct Key: Hashable {
        let account: Identifier
        let method: PaymentMethod
    }

    private struct State {
        /// At most one for an account and method that was ever half-open.
        var trials: [Key: BreakerTrials] = [:]
        var healthyAt: [Identifier: Timestamp] = [:]
    }

    private let state = Mutex(State())

    /// Nothing was let through, and nobody has said anything.
    public init() {}

    /// Whether one more payment may go through a half-open breaker.
    func admits(
        _ account: Identifier, _ method: PaymentMethod, _ breaker: CircuitBreaker, at now: Timestamp,
        _ settings: BreakerSettings
    ) -> Bool {
        state.withLock {
            let trials = $0.trials[Key(account: account, method: method)] ?? BreakerTrials()
            return trials.admits(to: breaker, at: now, settings)
        }
    }

    /// Lets one more go, where it may.
    func admit(
        _ account: Identifier, _ method: PaymentMethod, _ breaker: CircuitBreaker, at now: Timestamp,
        _ settings: BreakerSettings
    ) -> Bool {
        state.withLock {
            $0.trials[Key(account: account, method: method), default: BreakerTrials()]
                .admit(to: breaker, at: now, settings)
        }
    }

    /// When a provider's own health call last said that it works; nil where it does not, or has none.
    func healthyAt(_ account: Identifier) -> Timestamp? { state.withLock { $0.healthyAt[account] } }

    /// Takes over what the providers say.
    func note(healthyAt times: [Identifier: Timestamp]) { state.withLock { $0.healthyAt = times } }
}
