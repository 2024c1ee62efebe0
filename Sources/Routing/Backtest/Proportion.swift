/// How often something came true, and what that says of how often it will.
public struct Proportion: Sendable, Hashable {
    /// How often it came true; at most `trials`.
    public internal(set) var successes: Int64
    /// How often it could have.
    public internal(set) var trials: Int64

    /// The quantile of the standard normal distribution that leaves 2.5 % on either side.
    static let quantile = 1.959_963_984_540_054

    /// Counts; successes beyond the trials are left out.
    public init(_ successes: Int64, of trials: Int64) {
        self.trials = max(0, trials)
        self.successes = min(max(0, successes), self.trials)
    }

    /// The share that was seen, with Wilson's 95 % score interval; nil without trials.
    ///
    /// E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American
    /// Statistical Association 22 (1927), 209–212. Without correction for continuity.
    public var estimate: Estimate? {
        guard trials > 0 else { return nil }
        let (count, square) = (Double(trials), Self.quantile * Self.quantile)
        let share = Double(successes) / count
        let middle = (share + square / (2 * count)) / (1 + square / count)
        let half =
            Self.quantile / (1 + square / count)
            * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        // At the ends the bound is the share itself, which rounding must not miss.
        return Estimate(
            value: share, low: successes == 0 ? 0 : middle - half,
            high: successes == trials ? 1 : middle + half)
    }

    mutating func add(_ isSuccess: Bool) {
        trials += 1
        if isSuccess { successes += 1 }
    }
}

/// A number that is not known exactly, with its 95 % interval.
public struct Estimate: Sendable, Hashable {
    /// The best guess.
    public let value: Double
    /// The interval's lower end.
    public let low: Double
    /// The interval's upper end.
    public let high: Double

    /// The sum of independent proportions, each times a factor; the interval of a difference is that of factors 1 and −1.
    ///
    /// R. G. Newcombe: Interval estimation for the difference between independent proportions: comparison of eleven
    /// methods. Statistics in Medicine 17 (1998), 873–890, method 10; for any factors G. Y. Zou, W. Huang, X. Zhang: A note
    /// on confidence interval estimation for a linear function of binomial proportions. Computational Statistics and Data
    /// Analysis 53 (2009), 1080–1085.
    static func sum(_ terms: [(factor: Double, estimate: Estimate)]) -> Estimate {
        var (value, below, above) = (0.0, 0.0, 0.0)
        for (factor, estimate) in terms {
            let ends = [factor * estimate.low, factor * estimate.high]
            let part = factor * estimate.value
            value += part
            below += (part - min(ends[0], ends[1])) * (part - min(ends[0], ends[1]))
            above += (max(ends[0], ends[1]) - part) * (max(ends[0], ends[1]) - part)
        }
        return Estimate(value: value, low: value - below.squareRoot(), high: value + above.squareRoot())
    }
}
