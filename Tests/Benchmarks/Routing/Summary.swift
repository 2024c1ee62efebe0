/// What one policy came to over all worlds, with one number of attempts.
struct Summary {
    let mean: Double
    let worst: Double
    let worstWorld: String
    /// The mean over the worlds in which nothing happens.
    let steady: Double
    let left: Times
    let found: Times

    /// How soon, over all outages.
    struct Times: CustomStringConvertible {
        let count: Int
        let median: Int
        let ninetieth: Int

        init(_ values: [Int]) {
            let sorted = values.sorted()
            count = sorted.count
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            ninetieth = sorted.isEmpty ? 0 : sorted[sorted.count * 9 / 10]
        }
        var description: String { "\(median) / \(ninetieth)" }
    }

    init(_ rows: [Row], policy: Int, attempts: Int) {
        let rows = rows.filter { $0.attempts == attempts }
        let regrets = rows.map { $0.regret[policy] }
        mean = Self.mean(regrets)
        let last = rows.max { $0.regret[policy] < $1.regret[policy] }
        worst = last?.regret[policy] ?? 0
        worstWorld = last?.world ?? ""
        steady = Self.mean(rows.filter { $0.kind == "stable" }.map { $0.regret[policy] })
        left = Times(rows.flatMap { $0.left[policy] })
        found = Times(rows.flatMap { $0.found[policy] })
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(1, values.count))
    }
}
