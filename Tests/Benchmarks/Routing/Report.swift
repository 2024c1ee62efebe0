import Routing

/// The figures, as a table for a terminal, and what became of the targets.
struct Report {
    let rows: [Row]
    /// What a decision over 20 accounts takes.
    let nanoseconds: Int

    static let names = Contest.policies.map { $0.name }
    /// Without `adaptive` itself, which is the first.
    static let rivals = Contest.policies.indices.filter { $0 > 0 && Contest.policies[$0].isAdaptive }

    /// One thing to reach, and what was reached.
    struct Target {
        let what: String
        let reached: String
        let limit: String
        let isReached: Bool
    }

    var targets: [Target] { Contest.attempts.flatMap(targets) + [speed] }

    private func targets(_ attempts: Int) -> [Target] {
        let summary = Summary(rows, policy: 0, attempts: attempts)
        let limits =
            attempts == 1 ? (mean: 0.01, worst: 0.04, lowest: 0.9) : (mean: 0.004, worst: 0.02, lowest: 0.8)
        let lowest = lowest(attempts)
        let with = attempts == 1 ? "one attempt" : "\(attempts) attempts"
        return [
            share("mean regret, \(with)", summary.mean, limits.mean),
            share("worst world (\(summary.worstWorld)), \(with)", summary.worst, limits.worst),
            Target(
                what: "lowest of the adaptive policies, share of worlds, \(with)",
                reached: "\(percent(lowest)) %",
                limit: "≥ \(percent(limits.lowest)) %", isReached: lowest >= limits.lowest),
            times("orders until an outage is left, \(with)", summary.left, 8, 40),
            times("orders until a recovery is found, \(with)", summary.found, 50, 500),
            share("regret while nothing happens, \(with)", summary.steady, 0.005),
        ]
    }

    private func share(_ what: String, _ value: Double, _ limit: Double) -> Target {
        Target(
            what: what, reached: "\(percent(value)) %", limit: "≤ \(percent(limit)) %",
            isReached: value <= limit)
    }

    private func times(_ what: String, _ times: Summary.Times, _ median: Int, _ ninetieth: Int) -> Target {
        Target(
            what: "\(what): median / 90th percentile of \(times.count)", reached: "\(times)",
            limit: "≤ \(median) / \(ninetieth)",
            isReached: times.median <= median && times.ninetieth <= ninetieth)
    }

    private var speed: Target {
        Target(
            what: "a decision over 20 accounts", reached: "\(nanoseconds / 100 * 100) ns",
            limit: "≤ 10000 ns",
            isReached: nanoseconds <= 10_000)
    }

    /// The share of the worlds in which no other adaptive policy missed less.
    private func lowest(_ attempts: Int) -> Double {
        let rows = rows.filter { $0.attempts == attempts }
        return Double(rows.count { !isBeaten($0) }) / Double(rows.count)
    }

    func isBeaten(_ row: Row) -> Bool { Self.rivals.contains { row.regret[$0] < row.regret[0] } }

    var table: String {
        var lines: [String] = []
        for attempts in Contest.attempts {
            lines.append(padded("attempts: \(attempts)", 44) + Self.names.map { padded($0, 16) }.joined())
            for row in rows where row.attempts == attempts {
                lines.append(line(row.world, row.regret.map { percent($0) }))
            }
            let summaries = Self.names.indices.map { Summary(rows, policy: $0, attempts: attempts) }
            lines.append(line("mean", summaries.map { percent($0.mean) }))
            lines.append(line("worst", summaries.map { percent($0.worst) }))
            lines.append(line("outage left", summaries.map { "\($0.left)" }))
            lines.append(line("recovery found", summaries.map { "\($0.found)" }) + "\n")
        }
        return lines.joined(separator: "\n")
    }

    /// What `adaptive` alone came to: each world with one attempt and with three, and all of them.
    static func tuning(_ rows: [Row]) -> String {
        let firsts = rows.filter { $0.attempts == Contest.attempts[0] }
        let worlds = firsts.map { first in
            let same = rows.filter { $0.world == first.world }
            return same.map { "\(percent($0.regret[0]))  \($0.found[0])  " }.joined() + first.world
        }
        let summaries = Contest.attempts.map { attempts in
            let summary = Summary(rows, policy: 0, attempts: attempts)
            return
                "\(attempts): mean \(percent(summary.mean)) worst \(percent(summary.worst)) left \(summary.left) "
                + "found \(summary.found) steady \(percent(summary.steady))"
        }
        return (worlds + summaries).joined(separator: "\n")
    }

    var targetLines: [String] {
        targets.map {
            padded($0.isReached ? "reached" : "MISSED", 10) + "\($0.what): \($0.reached) (\($0.limit))"
        }
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        padded(name, 44) + cells.map { padded($0, 16) }.joined()
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
