import Glibc
import Routing

/// What one policy came to in one world, over the seeds.
struct Row: Sendable {
    var world: String
    var kind: String
    var attempts: Int
    var regret: [Double]
    var left: [[Int]]
    var found: [[Int]]
}

enum Contest {
    static let policies: [any Policy.Type] = [
        Adaptive.self, SlidingWindow.self, UCB1.self, DiscountedThompson.self, Priority.self, Split.self,
        LeastCost.self,
    ]

    static func row(_ world: Int, attempts: Int, seeds: [Int], _ chosen: [any Policy.Type]) -> Row {
        let sample = Worlds.all[world](1)
        var row = Row(
            world: sample.name, kind: sample.kind, attempts: attempts,
            regret: Array(repeating: 0, count: chosen.count), left: Array(repeating: [], count: chosen.count),
            found: Array(repeating: [], count: chosen.count))
        for seed in seeds {
            let run = Run(Worlds.all[world](seed), seed: seed, attempts: attempts)
            for (index, policy) in chosen.enumerated() {
                let result = run.play(policy)
                row.regret[index] += result.regret / Double(seeds.count)
                row.left[index] += result.left
                row.found[index] += result.found
            }
        }
        return row
    }
}
enum Tune { nonisolated(unsafe) static var changes: [(name: String, value: Double)] = [] }
@main
enum Main {
    static func main() async {
        let start = ContinuousClock.now
        var seeds = Array(1...6)
        var chosen = Contest.policies
        for argument in CommandLine.arguments.dropFirst() {
            let parts = argument.split(separator: "=")
            if argument == "--mine" {
                chosen = [Adaptive.self]
            } else if argument == "--judge" {
                seeds = Array(1001...1010)
            } else if parts.count == 2, parts[0] == "seeds" {
                seeds = Array(1...(Int(parts[1]) ?? 4))
            } else if parts.count == 2, parts[0] == "thompson" {
                DiscountedThompson.discount = Double(parts[1])!
            } else if parts.count == 2 {
                Tune.changes.append((String(parts[0]), Double(parts[1])!))
            }
        }
        if let at = CommandLine.arguments.firstIndex(of: "--trace") {
            Run.traces = true
            if CommandLine.arguments[at + 1] == "all" {
                for w in Worlds.all.indices {
                    for k in [1, 3] {
                        let s = Int(CommandLine.arguments[at + 2])!;
                        _ = Run(Worlds.all[w](s), seed: s, attempts: k).play(Adaptive.self)
                    }
                }
                return
            }
            let w = Worlds.all.firstIndex { $0(1).name.hasPrefix(CommandLine.arguments[at + 1]) }!
            let seed = Int(CommandLine.arguments[at + 2])!
            let run = Run(Worlds.all[w](seed), seed: seed, attempts: 1)
            print(run.play(Adaptive.self))
            return
        }
        do { Adaptive.settings = try AdaptiveSettings(Tune.changes) } catch { print(error); return }
        let (theSeeds, theChosen) = (seeds, chosen)
        var rows: [Int: Row] = [:]
        await withTaskGroup(of: (Int, Row).self) { group in
            for world in Worlds.all.indices {
                for attempts in [1, 3] {
                    group.addTask {
                        (
                            attempts * 1000 + world,
                            Contest.row(world, attempts: attempts, seeds: theSeeds, theChosen)
                        )
                    }
                }
            }
            for await (key, row) in group { rows[key] = row }
        }
        let verbose = !CommandLine.arguments.contains("-q")
        for attempts in [1, 3] {
            let these = rows.sorted { $0.key < $1.key }.map(\.value).filter { $0.attempts == attempts }
            if verbose {
                for row in these {
                    print(pad(row.world, 42), row.regret.map { percent($0) }.joined(separator: " "))
                }
            }
            let mean = theChosen.indices.map { i in
                these.map { $0.regret[i] }.reduce(0, +) / Double(these.count)
            }
            let worst = theChosen.indices.map { i in these.map { $0.regret[i] }.max()! }
            print(pad("k=\(attempts) mean", 42), mean.map { percent($0) }.joined(separator: " "))
            print(pad("worst", 42), worst.map { percent($0) }.joined(separator: " "))
            if theChosen.count > 3 {
                let wins = these.count { $0.regret[0] <= $0.regret[1...3].min()! }
                print("wins", wins, "of", these.count)
            }
            let left = these.flatMap { $0.left[0] }.sorted(), found = these.flatMap { $0.found[0] }.sorted()
            if !left.isEmpty {
                print(
                    "left", left[left.count / 2], left[left.count * 9 / 10], "found", found[found.count / 2],
                    found[found.count * 9 / 10], left.count, found.count)
            }
        }
        print(ContinuousClock.now - start)
    }
    static func pad(_ s: String, _ n: Int) -> String {
        s + String(repeating: " ", count: max(0, n - s.count))
    }
    static func percent(_ x: Double) -> String {
        let v = Int((x * 10000).rounded())
        return pad("\(v / 100).\(v % 100 < 10 ? "0" : "")\(v % 100)", 6)
    }
}
