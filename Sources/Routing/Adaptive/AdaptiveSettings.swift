/// What an operator may see and change about adaptive routing.
///
/// The defaults are those that missed least in `make simulate` on the seeds kept for tuning; most may be halved or
/// doubled with little harm.
public struct AdaptiveSettings: Sendable, Hashable {
    var memory = 2000.0
    var memoryShort = 200.0
    var memoryIdle = 10_000.0
    var turn = 0.001
    var prior = 12.0
    var priorDown = 0.5
    var bankPrior = 15.0
    var bankDiffers = 0.1
    var outageDrop = 0.5
    var outageAlarm = 2000.0
    var riseAlarm = 300.0
    var alarmConfidence = 1.5
    var recoveryOdds = 10.0
    var recoveryWeight = 300.0
    var oddsMin = 0.1
    var probePace = 0.6
    var probeHaste = 10.0
    var probePauseMin = 30.0
    var probePauseMax = 400.0
    var probeGain = 0.02
    var horizon = 300.0
    var horizonShare = 0.25
    var horizonRetries = 10.0
    var exploration = 0.05
    var explorationMax = 0.1

    var memoryOfLong: Memory { Memory(attempts: memory, idle: memoryIdle) }
    var memoryOfShort: Memory { Memory(attempts: memoryShort, idle: memoryIdle) }

    /// The defaults.
    public init() {}

    /// The defaults, but for some constants by name.
    public init(_ changes: [(name: String, value: Double)]) throws(AdaptiveSettingsError) {
        for change in changes {
            guard let constant = Self.constants.first(where: { $0.name == change.name }) else {
                throw .unknown(change.name)
            }
            // NaN is in no range.
            guard constant.bounds.contains(change.value) else { throw .outOfBounds(constant) }
            self[keyPath: constant.path] = change.value
        }
    }

    /// What one constant is.
    public subscript(_ constant: Constant) -> Double { self[keyPath: constant.path] }

    /// One constant: what it is called, what it may be, and why it is as it is.
    public struct Constant: Sendable, Hashable {
        /// In rules and on the command line.
        public let name: String
        /// The least and the greatest that make sense.
        public let bounds: ClosedRange<Double>
        /// What it does, in which unit, and why the default is what it is.
        public let reason: String
        let path: any WritableKeyPath<AdaptiveSettings, Double> & Sendable

        /// What it is unless somebody changes it.
        public var standard: Double { AdaptiveSettings()[keyPath: path] }

        /// By the name.
        public static func == (left: Constant, right: Constant) -> Bool { left.name == right.name }

        /// By the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}

/// Why settings were refused.
public enum AdaptiveSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no constant of this name.
    case unknown(String)
    /// The value is not within the constant's bounds.
    case outOfBounds(AdaptiveSettings.Constant)

    /// What is wrong and what may be given instead.
    public var description: String {
        switch self {
        case .unknown(let name):
            let known = AdaptiveSettings.constants.map(\.name).joined(separator: ", ")
            return "Adaptive routing has no constant \"\(name)\". There are: \(known)."
        case .outOfBounds(let constant):
            let bounds = constant.bounds
            return "\(constant.name) must be between \(bounds.lowerBound) and \(bounds.upperBound)."
        }
    }
}
