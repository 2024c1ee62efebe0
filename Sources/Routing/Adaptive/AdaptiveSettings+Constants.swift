extension AdaptiveSettings {
    /// Every constant, in the order in which they are shown.
    public static let constants: [Constant] = memories + alarms + probes + explorations

    private static let memories = [
        Constant(
            name: "memory", bounds: 100...20_000,
            reason:
                "Attempts that the long memory holds in steady use. Long, because outages have an alarm of their own.",
            path: \.memory),
        Constant(
            name: "memoryShort", bounds: 20...1000,
            reason:
                "Attempts that the short memory holds; it is believed where it foretells better, as in a drift.",
            path: \.memoryShort),
        Constant(
            name: "memoryIdle", bounds: 100...1_000_000,
            reason:
                "Orders after which evidence of an account that is not used is worth half: it may have changed unseen.",
            path: \.memoryIdle),
        Constant(
            name: "turn", bounds: 0.0001...0.05,
            reason:
                "How much belief goes over to the other memory with each outcome: things begin to drift this often.",
            path: \.turn),
        Constant(
            name: "prior", bounds: 1...100,
            reason: "Pseudo-orders that what a method's accounts do together counts for a new one.",
            path: \.prior),
        Constant(
            name: "priorDown", bounds: 0.1...20,
            reason: "The same after an outage: what was known before says little of what is now.",
            path: \.priorDown),
        Constant(
            name: "bankPrior", bounds: 1...200,
            reason: "Pseudo-orders that the account's own rate counts for one of its banks.",
            path: \.bankPrior),
        Constant(
            name: "bankDiffers", bounds: 0.01...0.99,
            reason:
                "How likely a bank is to differ from its account's others before anything was seen of it.",
            path: \.bankDiffers),
    ]

    private static let alarms = [
        Constant(
            name: "outageDrop", bounds: 0.1...0.95,
            reason:
                "The share of its success that a change must take to be an outage: smaller ones the memories follow.",
            path: \.outageDrop),
        Constant(
            name: "outageAlarm", bounds: 10...1_000_000,
            reason:
                "How much likelier an outage must be than none: at 95 % success, 4 failures in a row; at 80 %, 7.",
            path: \.outageAlarm),
        Constant(
            name: "riseAlarm", bounds: 10...1_000_000,
            reason: "How much likelier half the failures must be than all before older evidence is dropped.",
            path: \.riseAlarm),
        Constant(
            name: "alarmConfidence", bounds: 0...4,
            reason:
                "Standard deviations of the estimate that are no change: what is little known surprises nobody.",
            path: \.alarmConfidence),
        Constant(
            name: "recoveryOdds", bounds: 1...1000,
            reason:
                "Odds at which an account is back where it was: two or three successes in a row after silence.",
            path: \.recoveryOdds),
        Constant(
            name: "recoveryWeight", bounds: 5...1000,
            reason: "Attempts that the rate before an outage is worth after it.",
            path: \.recoveryWeight),
        Constant(
            name: "oddsMin", bounds: 0.001...1,
            reason:
                "The odds never fall below: an account may come back at any time, however long it failed.",
            path: \.oddsMin),
    ]

    private static let probes = [
        Constant(
            name: "probePace", bounds: 0.05...10,
            reason:
                "Scales the pause between probes, failures × loss / (2 × gain) orders. 2 costs least; less finds recoveries sooner.",
            path: \.probePace),
        Constant(
            name: "probeHaste", bounds: 0...100,
            reason: "How much a probe's success shortens the next pause.",
            path: \.probeHaste),
        Constant(
            name: "probePauseMin", bounds: 1...1000,
            reason:
                "The least orders between probes, before one succeeds: the last probe's answer comes first.",
            path: \.probePauseMin),
        Constant(
            name: "probePauseMax", bounds: 10...100_000,
            reason: "The most orders between probes: a recovery is found, whatever the loss.",
            path: \.probePauseMax),
        Constant(
            name: "probeGain", bounds: 0.0001...0.5,
            reason:
                "The least gain, as a share of the value, that a recovery is thought to bring: also a fallback's.",
            path: \.probeGain),
    ]

    private static let explorations = [
        Constant(
            name: "horizon", bounds: 1...100_000,
            reason:
                "Orders for which what a look teaches is thought to be of use, until something else happens.",
            path: \.horizon),
        Constant(
            name: "horizonShare", bounds: 0.001...100,
            reason:
                "That is no more than this share of the outcomes seen so far: what is young may soon be over.",
            path: \.horizonShare),
        Constant(
            name: "horizonRetries", bounds: 1...100,
            reason:
                "How many times that where another account may be tried after a failure: looking costs little there.",
            path: \.horizonRetries),
        Constant(
            name: "exploration", bounds: 0...0.5,
            reason:
                "The most value, as a share, that may be lost by looking whether another account is better; 0 looks at nothing.",
            path: \.exploration),
        Constant(
            name: "explorationMax", bounds: 0...1,
            reason:
                "The share of orders that look while looking is worth it: some answers are awaited before the next.",
            path: \.explorationMax),
    ]
}
