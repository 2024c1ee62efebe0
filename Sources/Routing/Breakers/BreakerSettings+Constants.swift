extension BreakerSettings {
    /// Every constant, in the order in which they are shown.
    public static let constants = [
        Constant(
            name: "consecutiveFailures", bounds: 1...100,
            reason:
                "Failures in a row that open it. At 90 % success five come by chance once in 100,000 payments, and cost ten seconds.",
            path: \.consecutiveFailures),
        Constant(
            name: "failurePercent", bounds: 10...100,
            reason:
                "The share of failures and lost answers that opens it, in per cent: half is beyond what failover makes good.",
            path: \.failurePercent),
        Constant(
            name: "outcomes", bounds: 5...outcomesMax,
            reason: "Among so many last outcomes: enough to tell half from a tenth, few enough to be quick.",
            path: \.outcomes),
        Constant(
            name: "outcomesMin", bounds: 2...outcomesMax,
            reason: "With fewer outcomes no share opens it: two of three say little. At most `outcomes`.",
            path: \.outcomesMin),
        Constant(
            name: "outcomeSeconds", bounds: 10...86_400,
            reason:
                "The share forgets outcomes that are older, in seconds: five minutes ago is another situation.",
            path: \.outcomeSeconds),
        Constant(
            name: "pauseSeconds", bounds: 1...3600,
            reason: "The first pause before it is tried, in seconds: most interruptions are short.",
            path: \.pauseSeconds),
        Constant(
            name: "pauseSecondsMax", bounds: 1...86_400,
            reason:
                "Each failed trial doubles the pause up to this, in seconds: a recovery is found within five minutes. At least `pauseSeconds`.",
            path: \.pauseSecondsMax),
        Constant(
            name: "trials", bounds: 1...100,
            reason:
                "Payments that a process sends on trial at once: few, as they may fail; not one, as its customer may go away.",
            path: \.trials),
        Constant(
            name: "trialSeconds", bounds: 1...3600,
            reason:
                "One more goes on trial after so long without another, in seconds: longer than a provider's answer.",
            path: \.trialSeconds),
        Constant(
            name: "successes", bounds: 1...100,
            reason:
                "Successes in a row that close it: one may be luck, and at half failures three are one time in eight.",
            path: \.successes),
    ]
}
