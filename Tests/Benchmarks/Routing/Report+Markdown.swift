import Routing

extension Report {
    /// The page `docs/routing-adaptive.md`.
    var markdown: String {
        """
        # Adaptive routing

        Written by `make simulate`: \(Worlds.all.count) worlds, each with seeds \(Contest.judging.first ?? 0) to \
        \(Contest.judging.last ?? 0), which were never used for tuning, with one attempt and with three. Rules, and the plots: \
        [routing.md](routing.md).

        ## How it decides

        \(Self.howItDecides)

        ## What it is measured by

        \(Self.howItIsMeasured)

        | to reach | reached | limit | |
        |---|---|---|---|
        \(targets.map { "| \($0.what) | \($0.reached) | \($0.limit) | \($0.isReached ? "yes" : "**no**") |" }.lines)

        ## Against the others

        Regret in per cent, then orders until an outage is left and a recovery is found (median / 90th percentile).

        \(Contest.attempts.map(comparison).joined(separator: "\n\n"))

        World by world, and where `adaptive` loses: [routing.md](routing.md#adaptive).

        ## Judgings

        \(Self.judgings)

        ## The constants

        \(Self.constantsIntroduction)

        | constant | default | bounds | what and why |
        |---|---|---|---|
        \(AdaptiveSettings.constants.map(Self.constant).lines)

        """
    }

    /// What it writes of `docs/routing.md`: the plots, and where it loses.
    var section: String {
        """

        ![Regret with one attempt](routing-adaptive-1.svg)

        ![Regret with three attempts](routing-adaptive-3.svg)

        ![Value missed as orders come](routing-adaptive-courses.svg)

        The worlds in which another adaptive policy missed less, with regret in per cent and the difference in percentage
        points:

        | world | attempts | adaptive | better | |
        |---|---|---|---|---|
        \(losses.lines)

        \(Self.whyItLoses)


        """
    }

    private func comparison(_ attempts: Int) -> String {
        let lines = Self.names.indices.map { policy in
            let summary = Summary(rows, policy: policy, attempts: attempts)
            return "| \(Self.names[policy]) | \(percent(summary.mean)) | \(percent(summary.worst)) "
                + "| \(percent(summary.steady)) | \(summary.left) | \(summary.found) |"
        }
        return """
            | \(attempts == 1 ? "one attempt" : "three attempts") | mean | worst world | nothing happens | left | found |
            |---|---|---|---|---|---|
            \(lines.lines)
            """
    }

    private var losses: [String] {
        rows.filter(isBeaten).map { row in
            let best = Self.rivals.min { row.regret[$0] < row.regret[$1] } ?? 0
            return "| \(row.world) | \(row.attempts) | \(percent(row.regret[0])) "
                + "| \(Self.names[best]): \(percent(row.regret[best])) "
                + "| \(percent(row.regret[0] - row.regret[best])) |"
        }
    }

    private static func constant(_ constant: AdaptiveSettings.Constant) -> String {
        "| `\(constant.name)` | \(number(constant.standard)) "
            + "| \(number(constant.bounds.lowerBound)) to \(number(constant.bounds.upperBound)) | \(constant.reason) |"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}

extension [String] {
    fileprivate var lines: String { joined(separator: "\n") }
}
