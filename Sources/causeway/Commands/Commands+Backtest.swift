internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    static let backtest = [
        Command(
            name: "rules backtest", summary: "Replay stored orders under a document of routing rules",
            details:
                "Nothing changes, and no provider is asked. A date is its beginning in UTC; --to is not included; at most \(Backtest.daysMax) days.",
            arguments: [file],
            options: [
                Command.Option(name: "from", value: "TIME", help: "a date, or RFC 3339"),
                Command.Option(name: "to", value: "TIME", help: "a date, or RFC 3339"), Command.json,
            ], needs: [.databaseURL, .masterKey]
        ) { invocation in
            Session.run(invocation) { session in
                let (from, to) = (try time(invocation, "from"), try time(invocation, "to"))
                let document = try json(invocation.arguments[0])
                let engine = try await session.engine()
                do throws(OrderError) {
                    let backtest = try Backtest(engine, document, from: from, to: to)
                    let report = backtest.report(try await finished(backtest))
                    if invocation.wantsJSON { return Console.json(report) }
                    BacktestText.lines(report, file: invocation.arguments[0]).forEach(Console.line)
                } catch {
                    throw failure(error)
                }
            }
        }
    ]

    private static func finished(_ backtest: Backtest) async throws(OrderError) -> Backtest.Progress {
        var (progress, bar) = (Backtest.Progress(), ProgressBar())
        defer { bar.clear() }
        while !progress.isComplete {
            bar.show(percent: backtest.percent(progress), "\(progress.orders) orders")
            try await backtest.advance(&progress)
        }
        return progress
    }

    private static func failure(_ error: OrderError) -> CommandFailure {
        guard case .invalid(let problems) = error else {
            return CommandFailure(.failed, "The database does not answer.")
        }
        // The document is the file: its pointers begin there. The others are options.
        let isUsage = problems.allSatisfy { !$0.pointer.hasPrefix("/rules") }
        return CommandFailure(
            isUsage ? .usage : .configuration,
            problems.map { problem in
                isUsage
                    ? "--\(problem.pointer.dropFirst()) \(problem.detail)"
                    : "\(problem.pointer == "/rules" ? "/" : String(problem.pointer.dropFirst("/rules".count))) \(problem.detail)"
            }.joined(separator: "\n"))
    }

    private static func time(_ invocation: Invocation, _ name: String) throws(CommandFailure) -> Timestamp {
        let text = invocation.options[name] ?? ""
        let isDate = text.utf8.count == "2026-11-22".utf8.count
        guard let time = Timestamp(iso8601: isDate ? text + "T00:00:00Z" : text) else {
            throw CommandFailure(
                .usage, "--\(name) must be a date such as 2026-11-22, or a time as in RFC 3339")
        }
        return time
    }
}
