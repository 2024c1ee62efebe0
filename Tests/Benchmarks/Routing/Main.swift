import Glibc
import Routing

/// `routing-simulation [FOLDER]` judges adaptive routing and writes `routing-adaptive.md` and its plots to the folder.
/// `routing-simulation --tune [NAME=VALUE …]` prints what some constants come to on the seeds kept for tuning.
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
        write(Plot.regrets(report.rows, attempts: 1), "\(folder)/routing-adaptive-1.svg")
        write(Plot.regrets(report.rows, attempts: 3), "\(folder)/routing-adaptive-3.svg")
        write(Plot.courses(report.rows), "\(folder)/routing-adaptive-courses.svg")
    }

    private static func tune(_ arguments: ArraySlice<String>) async {
        let changes = arguments.compactMap { argument -> (name: String, value: Double)? in
            let parts = argument.split(separator: "=")
            return parts.count == 2 ? Double(parts[1]).map { (String(parts[0]), $0) } : nil
        }
        do { Adaptive.settings = try AdaptiveSettings(changes) } catch { return print(error) }
        let rows = await Contest.run(seeds: Contest.tuning, policies: [Adaptive.self])
        for attempts in Contest.attempts {
            let summary = Summary(rows, policy: 0, attempts: attempts)
            print(
                "\(attempts): mean \(percent(summary.mean)) worst \(percent(summary.worst))",
                "left \(summary.left) found \(summary.found) steady \(percent(summary.steady))")
        }
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
