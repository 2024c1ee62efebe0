/// What an operator may see and change about breakers: the member `breakers` of the routing rules.
public struct BreakerSettings: Sendable, Hashable {
    var consecutiveFailures = 5
    var failurePercent = 50
    var outcomes = 20
    var outcomesMin = 10
    var outcomeSeconds = 300
    var pauseSeconds = 10
    var pauseSecondsMax = 300
    var trials = 3
    var trialSeconds = 30
    var successes = 3

    /// The most outcomes that a breaker may be told to keep.
    static let outcomesMax = 100

    /// The defaults.
    public init() {}

    /// The defaults, but for some constants by name. A name that there is not, or a value out of bounds, changes nothing.
    public init(_ changes: [String: Int]) {
        for constant in Self.constants {
            guard let value = changes[constant.name], constant.bounds.contains(value) else { continue }
            self[keyPath: constant.path] = value
        }
    }

    /// What one constant is.
    public subscript(_ constant: Constant) -> Int { self[keyPath: constant.path] }

    /// How long no payment goes through.
    func pause(afterFailedTrials failed: Int) -> Duration {
        // Further doublings are past every bound.
        let doubled = pauseSeconds << min(max(failed, 0), 20)
        return .seconds(min(doubled, max(pauseSeconds, pauseSecondsMax)))
    }

    /// One constant: what it is called, what it may be, and why it is as it is.
    public struct Constant: Sendable {
        /// In rules.
        public let name: String
        /// The least and the greatest that make sense.
        public let bounds: ClosedRange<Int>
        /// What it does, in which unit, and why the default is what it is.
        public let reason: String
        let path: any WritableKeyPath<BreakerSettings, Int> & Sendable

        /// What it is unless somebody changes it.
        public var standard: Int { BreakerSettings()[keyPath: path] }
    }
}
