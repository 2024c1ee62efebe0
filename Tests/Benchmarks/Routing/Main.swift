import Glibc
import Routing

/// `routing-simulation [FOLDER]` judges adaptive routing and writes `routing-adaptive.md`, its part of `routing.md` and its plots to the
/// folder.
/// `routing-simulation --tune [seeds=FROM-TO] [worlds=PART] [NAME=VALUE …]` prints what some constants come to, by world, on the
/// seeds kept for tuning unless told others, in the worlds with this part in their names.
@main
enum Main {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "--tune" { return await tune(arguments.dropFirst()) }
        let start = ContinuousClock.now
        let rows = await Contest.run(seeds: Contest.judging, policies: Contest.policies)
        let report = Report(rows: rows, nanoseconds: Speed.nanosecondsPerDecision())
        print(report.table)
        print(report.targetLines.joined(separator: "\n"))
        print("took \(ContinuousClock.now - start)")
        guard let folder = arguments.first else { return }
        write(report.markdown, "\(folder)/routing-adaptive.md")
        let routing = "\(folder)/routing.md"
        guard let page = Page.replacing(report.section, in: routing) else {
            return print("\(routing) has no place for what make simulate writes")
        }
        write(page, routing)
        write(Plot.regrets(report.rows, attempts: 1), "\(folder)/routing-adaptive-1.svg")
        write(Plot.regrets(report.rows, attempts: 3), "\(folder)/routing-adaptive-3.svg")
        write(Plot.courses(report.rows), "\(folder)/routing-adaptive-courses.svg")
    }

    private static func tune(_ arguments: ArraySlice<String>) async {
        var changes: [(name: String, value: Double)] = []
        var seeds = Contest.tuning
        var part = ""
        var rivals = false
        for argument in arguments {
            let words = argument.split(separator: "=").map(String.init)
            guard words.count == 2 else { return print("What is \(argument)?") }
            let ends = words[1].split(separator: "-").compactMap { Int($0) }
            switch words[0] {
            case "seeds" where ends.count == 2 && ends[0] <= ends[1]: seeds = Array(ends[0]...ends[1])
            case "rivals": rivals = words[1] == "1"
            case "worlds": part = words[1]
            default: changes.append((words[0], Double(words[1]) ?? .nan))
            }
        }
        do { Adaptive.settings = try AdaptiveSettings(changes) } catch { return print(error) }
        let worlds = Worlds.all.indices.filter { part.isEmpty || Worlds.all[$0](0).name.contains(part) }
        let rows = await Contest.run(
            seeds: seeds, policies: rivals ? Contest.policies : [Adaptive.self], worlds: worlds)
        print(rivals ? Report(rows: rows, nanoseconds: 0).table : Report.tuning(rows))
    }

    private static func write(_ text: String, _ path: String) {
        guard let file = fopen(path, "w") else {
            perror(path)
            exit(1)
        }
        fputs(text, file)
        fclose(file)
        print("wrote \(path)")
    }
}

/// `0.0123` as `1.23`.
func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    let rest = abs(hundredths) % 100
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(rest < 10 ? "0" : "")\(rest)"
}
