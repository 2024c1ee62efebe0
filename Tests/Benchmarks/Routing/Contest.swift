/// What every policy came to in one world with one number of attempts, over the seeds.
struct Row: Sendable {
    let world: String
    let kind: String
    let attempts: Int
    /// By policy, the mean over the seeds.
    var regret: [Double]
    /// By policy, all outages of all seeds.
    var left: [[Int]]
    var found: [[Int]]
    /// By policy, under the first seed.
    var course: [[Double]]
}

/// All policies in all worlds.
enum Contest {
    /// Constants are tried on these seeds, or on others below 1000.
    static let tuning = Array(11...16)
    /// Figures are published of these, and of no other. Whoever tunes again after having seen them takes new ones:
    /// 1001 to 1005, 2001 to 2005, 3001 to 3005, 4001 to 4005 and 5001 to 5005 are spent.
    static let judging = Array(6001...6005)
    static let attempts = [1, 3]

    static let policies: [any Policy.Type] = [
        Adaptive.self, SlidingWindow.self, UCB1.self, DiscountedThompson.self, Priority.self, Split.self,
        LeastCost.self,
    ]

    /// On all cores, in an order of its own; the rows come in the order of the worlds, those with one attempt first.
    static func run(
        seeds: [Int], policies: [any Policy.Type], worlds: [Int] = Array(Worlds.all.indices)
    ) async -> [Row] {
        await withTaskGroup(of: (Int, Row).self) { group in
            for (round, attempts) in Self.attempts.enumerated() {
                for world in worlds {
                    group.addTask {
                        let row = row(world, attempts: attempts, seeds: seeds, policies)
                        return (round * Worlds.all.count + world, row)
                    }
                }
            }
            var rows: [(Int, Row)] = []
            for await row in group { rows.append(row) }
            return rows.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func row(
        _ world: Int, attempts: Int, seeds: [Int], _ policies: [any Policy.Type]
    ) -> Row {
        let sample = Worlds.all[world](seeds[0])
        var row = Row(
            world: sample.name, kind: sample.kind, attempts: attempts,
            regret: Array(repeating: 0, count: policies.count),
            left: Array(repeating: [], count: policies.count),
            found: Array(repeating: [], count: policies.count),
            course: Array(repeating: [], count: policies.count))
        for seed in seeds {
            let run = Run(Worlds.all[world](seed), seed: seed, attempts: attempts)
            for (index, policy) in policies.enumerated() {
                let result = run.play(policy)
                row.regret[index] += result.regret / Double(seeds.count)
                row.left[index] += result.left
                row.found[index] += result.found
                if row.course[index].isEmpty { row.course[index] = result.course }
            }
        }
        return row
    }
}
