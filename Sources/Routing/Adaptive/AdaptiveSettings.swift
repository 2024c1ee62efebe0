/// What an operator may change about adaptive routing. Everything outside its bounds is brought to the nearest one.
///
/// The defaults are the ones that missed least in `make simulate` on the seeds kept for tuning.
public struct AdaptiveSettings: Sendable, Hashable {
    /// One constant: what it is called, what it may be, and why it is as it is.
    public struct Constant: Sendable {
        /// In rules and on the command line.
        public let name: String
        /// The least and the greatest that make sense.
        public let bounds: ClosedRange<Double>
        /// What it does, in which unit, and why the default is what it is.
        public let reason: String
        /// Where it is.
        let path: any WritableKeyPath<AdaptiveSettings, Double> & Sendable

        /// What it is unless somebody changes it.
        public var standard: Double { AdaptiveSettings()[keyPath: path] }
    }

    var memory = 1000.0
    var prior = 12.0
    var bankPrior = 10.0
    var restartPrior = 2.0
    var outageDrop = 0.5
    var outageAlarm = 500.0
    var declineDrop = 0.12
    var declineAlarm = 1000.0
    var riseAlarm = 100.0
    var revival = 3.0
    var probePace = 1.0
    var probeGapMax = 400.0
    var confidence = 1.6
    var exploration = 0.004
    var explorationMax = 0.3
    var explorationScale = 0.3
    var recoveryWeight = 100.0
    var alarmConfidence = 1.0
    var riseGain = 0.5
    var memoryShort = 150.0
    var trustShare = 0.002
    var explorationFloor = 0.0002
    var bankDiffers = 0.2
    var oddsFloor = 0.1
    var recoveryOdds = 10.0
    var probeHaste = 3.0
    var probeGapMin = 8.0
    var probeGain = 0.01
    var probeShrink = 4.0

    /// The defaults.
    public init() {}

    public static func tune(_ s: inout Self, _ name: String, _ v: Double) {
        let map: [String: WritableKeyPath<AdaptiveSettings, Double>] = [
            "memory": \.memory, "prior": \.prior, "bankPrior": \.bankPrior, "restartPrior": \.restartPrior,
            "outageDrop": \.outageDrop, "outageAlarm": \.outageAlarm, "declineDrop": \.declineDrop,
            "declineAlarm": \.declineAlarm, "riseAlarm": \.riseAlarm, "revival": \.revival, "probePace": \.probePace,
            "probeGapMax": \.probeGapMax, "confidence": \.confidence, "exploration": \.exploration,
            "explorationMax": \.explorationMax, "explorationScale": \.explorationScale, "recoveryWeight": \.recoveryWeight, "alarmConfidence": \.alarmConfidence, "riseGain": \.riseGain, "memoryShort": \.memoryShort, "trustShare": \.trustShare, "explorationFloor": \.explorationFloor, "bankDiffers": \.bankDiffers, "oddsFloor": \.oddsFloor, "recoveryOdds": \.recoveryOdds, "probeHaste": \.probeHaste, "probeGapMin": \.probeGapMin, "probeGain": \.probeGain, "probeShrink": \.probeShrink]
        s[keyPath: map[name]!] = v
    }
}
