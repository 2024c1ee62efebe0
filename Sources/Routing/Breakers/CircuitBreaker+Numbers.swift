internal import Core

/// A breaker as a row of numbers, for snapshots.
extension CircuitBreaker {
    private static let headCount = 9

    /// In the order in which `init(numbers:)` reads them: the state, then each outcome's time and event.
    var numbers: [Double] {
        let head: [Int64] = [
            countsFrom.microseconds, Int64(failuresInARow), Int64(opening.map { $0.cause.rawValue + 1 } ?? 0),
            Int64(opening?.failures ?? 0), Int64(opening?.timeouts ?? 0), Int64(opening?.outcomes ?? 0),
            opening?.since.microseconds ?? 0, Int64(opening?.failedTrials ?? 0),
            Int64(opening?.successes ?? 0),
        ]
        let tail = recent.flatMap { [$0.at.microseconds, Int64($0.event.rawValue)] }
        return (head + tail).map(Double.init)
    }

    /// Nothing where there are too few or too many, or one that a breaker never has.
    init?(numbers: [Double]) {
        let outcomesMax = BreakerSettings.outcomesMax
        guard numbers.count >= Self.headCount, (numbers.count - Self.headCount).isMultiple(of: 2),
            numbers.count <= Self.headCount + 2 * outcomesMax,
            numbers.allSatisfy({ $0 >= 0 && $0 < 0x1p53 && $0 == $0.rounded() })
        else { return nil }
        let whole = numbers.map { Int64($0) }
        self.init(countingFrom: Timestamp(microseconds: whole[0]))
        failuresInARow = Int(whole[1])
        if whole[2] > 0 {
            guard let cause = Opening.Cause(rawValue: Int(whole[2]) - 1) else { return nil }
            var opening = Opening(
                cause: cause, failures: Int(whole[3]), timeouts: Int(whole[4]), outcomes: Int(whole[5]),
                since: Timestamp(microseconds: whole[6]))
            opening.failedTrials = Int(whole[7])
            opening.successes = Int(whole[8])
            self.opening = opening
        }
        for place in stride(from: Self.headCount, to: whole.count, by: 2) {
            guard let event = Event(rawValue: Int(whole[place + 1])) else { return nil }
            recent.append(Outcome(at: Timestamp(microseconds: whole[place]), event: event))
        }
    }
}
