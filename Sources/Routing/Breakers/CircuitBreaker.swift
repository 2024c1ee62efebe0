public import Core

/// Keeps payments away from an account and method that fails too much, and finds out when it works again.
///
/// A fold: the same outcomes in the same order give the same breaker in every process. The order matters, as one success
/// ends a run of failures; whoever folds takes it from the log of outcomes. What customers spoil tells nothing of a
/// provider, and does not come here. After M. Nygard, Release It!, chapter "Stability Patterns": Circuit Breaker.
///
/// At most `BreakerSettings.outcomes` outcomes are kept, so its size is bounded.
public struct CircuitBreaker: Sendable, Hashable {
    /// What an attempt told of the provider.
    public enum Event: Int, Sendable, Hashable, CaseIterable {
        /// The provider did its part.
        case success
        /// The provider refused or failed for a reason of its own.
        case failure
        /// The answer was lost: nobody knew what had become of the attempt.
        case timeout
    }

    /// Where it stands at a moment.
    public enum Position: String, Sendable, Hashable {
        /// Payments flow.
        case closed
        /// A few payments find out whether it works again.
        case halfOpen = "half_open"
        /// No payment goes through.
        case open
    }

    /// An outcome that is kept.
    struct Outcome: Sendable, Hashable {
        let at: Timestamp
        let event: Event
    }

    /// Attempts begun earlier do not count: the last opening, failed trial or reset. They tell of what is known, or over.
    var countsFrom: Timestamp
    /// However long ago: where payments are few, failures are no less failures.
    var failuresInARow = 0
    /// The last outcomes, oldest first. Empty while it is open.
    var recent: [Outcome] = []
    /// Why it is not closed; nil where it is.
    public internal(set) var opening: Opening?

    /// Closed; nothing is known.
    public init() { self.init(countingFrom: Timestamp(seconds: 0)) }

    init(countingFrom time: Timestamp) { countsFrom = time }

    /// Takes an outcome in.
    ///
    /// - Parameters:
    ///   - time: when it was known.
    ///   - begun: when its attempt began: what was on its way when the breaker opened neither opens nor closes it again.
    public mutating func record(
        _ event: Event, at time: Timestamp, begun: Timestamp, _ settings: BreakerSettings
    ) {
        guard begun >= countsFrom else { return }
        if opening == nil { count(event, at: time, settings) } else { tried(event, at: time, settings) }
    }

    /// Closes it and forgets all failures of attempts that were begun before. An earlier reset than the last changes nothing.
    public mutating func reset(at time: Timestamp) {
        if time > countsFrom { self = CircuitBreaker(countingFrom: time) }
    }

    private mutating func count(_ event: Event, at time: Timestamp, _ settings: BreakerSettings) {
        recent.removeAll { time - $0.at > .seconds(settings.outcomeSeconds) }
        recent.append(Outcome(at: time, event: event))
        if recent.count > settings.outcomes { recent.removeFirst(recent.count - settings.outcomes) }
        guard event != .success else {
            failuresInARow = 0
            return
        }
        failuresInARow += 1
        if failuresInARow >= settings.consecutiveFailures {
            open(.consecutiveFailures, recent.suffix(failuresInARow), of: failuresInARow, at: time)
        } else if recent.count >= settings.outcomesMin {
            let failed = recent.filter { $0.event != .success }
            if failed.count * 100 >= settings.failurePercent * recent.count {
                open(.failureRate, failed[...], of: recent.count, at: time)
            }
        }
    }

    private mutating func open(
        _ cause: Opening.Cause, _ failed: ArraySlice<Outcome>, of outcomes: Int, at time: Timestamp
    ) {
        let failures = cause == .consecutiveFailures ? outcomes : failed.count
        opening = Opening(
            cause: cause, failures: failures, timeouts: failed.count { $0.event == .timeout },
            outcomes: outcomes, since: time)
        countsFrom = max(countsFrom, time)
        failuresInARow = 0
        recent = []
    }

    private mutating func tried(_ event: Event, at time: Timestamp, _ settings: BreakerSettings) {
        guard event == .success else {
            opening?.failedTrials += 1
            opening?.successes = 0
            countsFrom = max(countsFrom, time)
            return
        }
        opening?.successes += 1
        if let opening, opening.successes >= settings.successes { self = Self(countingFrom: countsFrom) }
    }
}
