import Connectors
import Core
import TestSupport
import Testing

@testable import Orchestration

@Suite("Requests within an account's budget")
struct BudgetTests {
    private let one = Identifier(high: 1, low: 1)
    private let other = Identifier(high: 2, low: 2)
    private let start = Timestamp(seconds: 1_800_000_000)

    private func waits(
        _ budgets: ProviderBudgets, _ count: Int, at now: Timestamp, most: Duration = .seconds(1000)
    ) -> [Duration?] {
        (0..<count).map { _ in budgets.take(one, perMinute: 60, now: now, waitingAtMost: most) }
    }

    @Test("the first and ten in hand go at once, the others a step apart")
    func burst() {
        let budgets = ProviderBudgets()
        let wanted = [Duration](repeating: .zero, count: 11) + [.seconds(1), .seconds(2), .seconds(3)]
        #expect(waits(budgets, 14, at: start) == wanted)
        #expect(budgets.take(other, perMinute: 60, now: start, waitingAtMost: .zero) == .zero)
    }

    @Test("who does not wait so long takes nothing")
    func tooLong() {
        let budgets = ProviderBudgets()
        #expect(waits(budgets, 12, at: start).last == .seconds(1))
        #expect(waits(budgets, 3, at: start, most: .seconds(1)) == [nil, nil, nil])
        #expect(waits(budgets, 1, at: start, most: .seconds(2)) == [.seconds(2)])
    }

    @Test("what was not used comes back, and never more than is in hand")
    func recovery() {
        let budgets = ProviderBudgets()
        _ = waits(budgets, 11, at: start)
        #expect(waits(budgets, 4, at: start + .seconds(3), most: .zero) == [.zero, .zero, .zero, nil])
        let later = start + .seconds(36_000)
        #expect(waits(budgets, 12, at: later, most: .zero) == [Duration](repeating: .zero, count: 11) + [nil])
    }

    @Test("however the requests come, no minute has more than its number and what is in hand")
    func anyMinute() {
        var random = SeededGenerator()
        let budgets = ProviderBudgets()
        var now = start
        var sent: [Timestamp] = []
        for _ in 0..<3000 {
            now = now + .milliseconds(Int64.random(in: 0...700, using: &random))
            if let wait = budgets.take(one, perMinute: 90, now: now, waitingAtMost: .seconds(5)) {
                #expect((Duration.zero...Duration.seconds(5)).contains(wait))
                sent.append(now + wait)
            }
        }
        sent.sort()
        for (index, time) in sent.enumerated() where index >= 101 {
            #expect(time - sent[index - 101] >= .seconds(60), "seed \(random.seed)")
        }
        #expect(sent.count > 1000)
    }

    @Test("an account without a number is not held back")
    func unlimited() {
        let budgets = ProviderBudgets()
        for _ in 0..<1000 {
            #expect(budgets.take(one, perMinute: nil, now: start, waitingAtMost: .zero) == .zero)
        }
    }

    @Test(
        "after each 429 in a row there is silence for twice as long, up to 64 seconds", arguments: [nil, 60])
    func quiet(perMinute: Int?) {
        let budgets = ProviderBudgets()
        var now = start
        for seconds in [2, 4, 8, 16, 32, 64, 64] {
            budgets.tooMany(one, sentAt: now, now: now)
            let almost = now + .seconds(seconds) - .milliseconds(1)
            #expect(budgets.take(one, perMinute: perMinute, now: almost, waitingAtMost: .zero) == nil)
            #expect(
                budgets.take(one, perMinute: perMinute, now: almost, waitingAtMost: .seconds(1))
                    == .milliseconds(1))
            now = now + .seconds(seconds)
            #expect(budgets.take(one, perMinute: perMinute, now: now, waitingAtMost: .zero) == .zero)
            #expect(budgets.take(other, perMinute: perMinute, now: almost, waitingAtMost: .zero) == .zero)
        }
        budgets.fine(one)
        budgets.tooMany(one, sentAt: now, now: now)
        #expect(
            budgets.take(one, perMinute: perMinute, now: now + .seconds(2), waitingAtMost: .zero) == .zero)
    }

    @Test("a handful of requests that were under way together are refused once, not many times in a row")
    func together() {
        let budgets = ProviderBudgets()
        for number in 0..<10 {
            budgets.tooMany(one, sentAt: start, now: start + .milliseconds(10 * (number + 1)))
        }
        let quiet = budgets.take(
            one, perMinute: nil, now: start + .milliseconds(100), waitingAtMost: .seconds(99))
        #expect(quiet.map { $0 <= .seconds(2) } == true)
    }

    @Test("an account that may not ask about several is asked one by one for an hour")
    func bulk() {
        let budgets = ProviderBudgets()
        #expect(budgets.mayAskInBulk(one, now: start))
        budgets.bulkRefused(one, now: start)
        #expect(!budgets.mayAskInBulk(one, now: start + .seconds(3599)))
        #expect(budgets.mayAskInBulk(other, now: start))
        #expect(budgets.mayAskInBulk(one, now: start + .seconds(3600)))
    }
}

@Suite("An account's budget at work", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BudgetAtWorkTests {
    @Test("a 429 keeps the account's next request from being sent, and says so; another account's goes out")
    func tooMany() async throws {
        try await StepBench.with { bench in
            let strict = try PlayedProvider { _ in .answer(429, "") }
            let kind = try PlayedProvider { _ in .answer(200, "paid") }
            let connectors = [StepConnector(strict), StepConnector(kind)]
            let engine = try bench.engine(connectors[0], connectors[1])
            let accounts = engine.directory.current.accounts
            func ask(_ number: Int) async -> ProviderAnswer {
                await engine.call(
                    connectors[number].request("/query"), of: accounts[number], once: false,
                    until: engine.clock.now() + .seconds(1))
            }
            guard case .response(let first) = await ask(0) else { return #expect(Bool(false)) }
            #expect(first.status == 429)
            guard case .notSent(let why, _) = await ask(0) else { return #expect(Bool(false)) }
            #expect(why == "the account may not make so many requests" && strict.calls("/query").count == 1)
            guard case .response = await ask(1) else { return #expect(Bool(false)) }
            bench.clock.advance(.seconds(2))
            guard case .response = await ask(0) else { return #expect(Bool(false)) }
            #expect(strict.calls("/query").count == 2)
        }
    }

    @Test("payments beyond the budget are refused before anything is sent, and it is told")
    func beyond() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(StepConnector(provider, perMinute: 1))
            for _ in 0..<11 {
                let ended = await Executor(engine, agenda: Agenda()).execute(
                    try await bench.order(engine, .kesBank))
                #expect(ended.view.state == .succeeded)
            }
            let ended = await Executor(engine, agenda: Agenda()).execute(
                try await bench.order(engine, .kesBank))
            #expect(ended.view.state == .failed && ended.view.reason == "provider_unavailable")
            #expect(ended.view.reasonDetail?.contains("may not make so many requests") == true)
            #expect(provider.calls("/pay").count == 11)
        }
    }

    @Test("where a question about several is refused each is asked about alone, and so for an hour")
    func bulk() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                switch call.path {
                case "/bulk": .answer(call.number == 0 ? 403 : 200, "")
                case "/query": .answer(200, "taken")
                default: .answer(200, "taken")
                }
            }
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            var pending: [OrderRecord] = []
            for _ in 0..<3 {
                pending.append(await executor.execute(try await bench.order(engine, .kesBank)))
            }
            #expect(pending.allSatisfy { $0.view.state == .pending })
            #expect(executor.bundles(of: pending).together.map(\.count) == [3])
            await executor.poll(together: pending)
            #expect(provider.calls("/bulk").count == 1 && provider.calls("/query").count == 3)
            let references = pending.compactMap { $0.attempt?.reference }
            #expect(provider.calls("/bulk").map(\.body) == [references.joined(separator: ",")])
            #expect(executor.bundles(of: pending).alone.count == 3)
            bench.clock.advance(.seconds(3601))
            var again: [OrderRecord] = []
            for record in pending { again.append(try await bench.stored(record)) }
            #expect(executor.bundles(of: again).together.map(\.count) == [3])
            await executor.poll(together: again)
            for record in pending { #expect(try await bench.stored(record).view.state == .succeeded) }
            #expect(provider.calls("/bulk").count == 2 && provider.calls("/query").count == 3)
        }
    }
}
