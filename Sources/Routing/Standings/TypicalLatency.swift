/// How long an account typically takes: a running mean, in which no measurement counts for more than a few times what is
/// typical: one answer that took a minute says little of the next.
struct TypicalLatency: Sendable, Hashable {
    /// Measurements that the mean is worth, at most `memory`.
    private(set) var count = 0.0
    /// In milliseconds.
    private(set) var mean = 0.0

    /// Long enough to be steady, short enough to follow a provider through its day.
    static let memory = 100.0
    /// So many measurements make something typical, and so many times that is as much as one counts.
    private static let usual = 10.0
    private static let most = 4.0

    init() {}

    /// In milliseconds, at least 1; nil before anything was measured.
    var milliseconds: Int64? { count > 0 ? max(1, Int64(mean.rounded())) : nil }

    /// Takes one measurement in.
    mutating func learn(_ milliseconds: Int64) {
        var value = Double(min(max(milliseconds, 1), AttemptReport.latencyMax))
        if count >= Self.usual { value = min(value, mean * Self.most) }
        count = min(count + 1, Self.memory)
        mean += (value - mean) / count
    }

    /// As a snapshot has it.
    var numbers: [Double] { [count, mean] }

    /// Nothing where the numbers are none of a latency's.
    init?(numbers: [Double]) {
        guard numbers.count == 2, (0...Self.memory).contains(numbers[0]),
            (0...Double(AttemptReport.latencyMax)).contains(numbers[1])
        else { return nil }
        (count, mean) = (numbers[0], numbers[1])
    }
}
