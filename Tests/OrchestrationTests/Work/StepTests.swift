import Connectors
import Core
import Postgres
import Reactor
import Testing

@testable import Orchestration

@Suite("Payments in two steps", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct StepTests {
    /// Prepares `PT1`, `PT2`, … for five minutes, and pays.
    private static func provider(
        _ prepare: @escaping @Sendable (Int) -> PlayedProvider.Reply = {
            .answer(200, "PT\($0 + 1) 300 Sok Dara")
        },
        pay: PlayedProvider.Reply = .answer(200, "paid")
    ) throws -> PlayedProvider {
        try PlayedProvider { $0.path == "/prepare" ? prepare($0.number) : pay }
    }

    private static func execute(_ engine: Engine, _ record: OrderRecord) async -> OrderRecord {
        await Executor(engine, agenda: Agenda()).execute(record)
    }

    private static func kinds(_ bench: StepBench, _ record: OrderRecord) async throws -> [String] {
        try await bench.store.events(of: record.view.id).map(\.kind)
    }

    // MARK: As it should be

    @Test("what was prepared is committed, sealed, before it is confirmed; then it is paid once")
    func committedFirst() async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try PlayedProvider { call in
                if call.path == "/prepare" { return .answer(200, "PT-7788 300 Sok Dara") }
                gate.wait()
                return .answer(200, "paid")
            }
            let engine = try bench.engine(StepConnector(provider))
            let record = try await bench.order(engine)
            #expect(record.attempt?.state == .preparing)
            async let ended = Self.execute(engine, record)
            #expect(try await bench.eventually { provider.calls("/pay").count == 1 })
            let midway = try await bench.stored(record)
            let attempt = try #require(midway.attempt)
            #expect(midway.view.state == .processing && attempt.state == .sending && attempt.sentAt != nil)
            let prepared = try #require(try engine.preparation(of: attempt)?.prepared)
            #expect(prepared.reference == "PT-7788" && prepared.payeeName == "Sok Dara")
            #expect(try await Self.kinds(bench, record) == ["created", "prepared"])
            gate.open()
            #expect(await ended.view.state == .succeeded)
            #expect(try await bench.stored(record).view.state == .succeeded)
            #expect(provider.calls("/prepare").map(\.body) == [record.attempt?.reference])
            #expect(provider.calls("/pay").map(\.body) == ["PT-7788"])
            #expect(try await Self.kinds(bench, record) == ["created", "prepared", "succeeded"])
        }
    }

    @Test("a preparation is sealed at rest, for its attempt alone, and in no history")
    func sealed() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider({ .answer(200, "PT-SECRET-\($0) 300 Sok Dara") })
            let engine = try bench.engine(StepConnector(provider))
            let one = await Self.execute(engine, try await bench.order(engine))
            let other = await Self.execute(engine, try await bench.order(engine))
            let dump = try await bench.dump().lowercased()
            #expect(dump.contains("preparation"))
            let hex = { (text: String) in
                text.lowercased() + "|" + text.utf8.map { String($0, radix: 16) }.joined()
            }
            for clear in ["Sok Dara", "PT-SECRET"].map(hex).flatMap({ $0.split(separator: "|") }) {
                #expect(!dump.contains(clear), "\(clear)")
            }
            var moved = try #require(try await bench.stored(one).attempt)
            #expect(try engine.preparation(of: moved)?.prepared?.reference == "PT-SECRET-0")
            moved.sealedPreparation = try await bench.stored(other).attempt?.sealedPreparation
            #expect(throws: VaultError.self) { try engine.preparation(of: moved) }
        }
    }

    // MARK: When the first step fails

    @Test("a preparation that is lost is asked for once and nothing is paid; the next account is tried")
    func lost() async throws {
        try await StepBench.with { bench in
            let broken = try Self.provider({ _ in .reset })
            let sound = try Self.provider()
            let alone = try bench.engine(StepConnector(broken))
            let failed = await Self.execute(alone, try await bench.order(alone))
            #expect(failed.view.state == .failed && failed.view.reason == "provider_unavailable")
            #expect(failed.view.reasonDetail?.hasPrefix("the provider did not prepare the payment") == true)
            #expect(broken.calls("/prepare").count == 1 && broken.calls("/pay").isEmpty)
            let engine = try bench.engine(StepConnector(broken), StepConnector(sound))
            let ended = await Self.execute(engine, try await bench.order(engine))
            #expect(ended.view.state == .succeeded && ended.view.account == StepBench.accounts[1])
            #expect(broken.calls("/prepare").count == 2 && broken.calls("/pay").isEmpty)
            #expect(sound.calls("/prepare").count == 1 && sound.calls("/pay").count == 1)
        }
    }

    @Test("a preparation that is refused is not confirmed; another account is tried where that may help")
    func refused() async throws {
        try await StepBench.with { bench in
            for (words, isFinal) in [("no", false), ("no!", true)] {
                let refusing = try Self.provider({ _ in .answer(200, words) })
                let sound = try Self.provider()
                let engine = try bench.engine(StepConnector(refusing), StepConnector(sound))
                let ended = await Self.execute(engine, try await bench.order(engine))
                #expect(ended.view.state == (isFinal ? .failed : .succeeded))
                #expect(ended.view.reason == (isFinal ? "declined" : nil))
                #expect(refusing.calls("/prepare").count == 1 && refusing.calls("/pay").isEmpty)
                #expect(sound.calls("/pay").count == (isFinal ? 0 : 1))
            }
        }
    }

    @Test("one that lapsed is prepared anew at the same account, three times at most; then the next has it")
    func lapsed() async throws {
        try await StepBench.with { bench in
            let slow = try Self.provider({ .answer(200, "PT\($0) 0 Sok Dara") })
            let sound = try Self.provider()
            let engine = try bench.engine(StepConnector(slow), StepConnector(sound))
            let ended = await Self.execute(engine, try await bench.order(engine))
            #expect(slow.calls("/prepare").count == 4 && slow.calls("/pay").isEmpty)
            #expect(Set(slow.calls("/prepare").map(\.body)).count == 4)
            #expect(ended.view.state == .succeeded && ended.view.attempts == 5)
            #expect(sound.calls("/prepare").count == 1 && sound.calls("/pay").count == 1)
            let alone = try bench.engine(StepConnector(slow))
            let failed = await Self.execute(alone, try await bench.order(alone))
            #expect(failed.view.state == .failed && failed.view.reason == "preparation_lapsed")
            #expect(slow.calls("/prepare").count == 8 && slow.calls("/pay").isEmpty)
        }
    }

    @Test("one that lapsed once is paid once, by what was prepared last")
    func lapsedOnce() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider({ .answer(200, "PT\($0) \($0 == 0 ? 0 : 300) Sok Dara") })
            let engine = try bench.engine(StepConnector(provider))
            let ended = await Self.execute(engine, try await bench.order(engine))
            #expect(ended.view.state == .succeeded && ended.view.attempts == 2)
            #expect(provider.calls("/pay").map(\.body) == ["PT1"])
        }
    }

    // MARK: When the second step fails

    @Test(
        "a confirmation whose answer is lost is unknown: it is asked about, and neither repeated nor sent elsewhere"
    )
    func confirmationLost() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider(pay: .reset)
            let other = try Self.provider()
            let engine = try bench.engine(StepConnector(provider), StepConnector(other))
            let ended = await Self.execute(engine, try await bench.order(engine))
            #expect(ended.view.state == .processing && ended.attempt?.state == .unknown)
            #expect(provider.calls("/pay").count == 1 && other.calls("/prepare").isEmpty)
        }
    }

    @Test("a preparation that does not open is neither confirmed nor made anew")
    func unreadable() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let engine = try bench.engine(StepConnector(provider))
            for state in [AttemptState.preparing, .sending] {
                var record = try await bench.order(engine)
                record.attempt?.sealedPreparation = [1, 2, 3]
                record.attempt?.state = state
                let ended = await Self.execute(engine, record)
                #expect(ended.view.state == (state == .sending ? .failed : .processing))
            }
            #expect(provider.calls("/prepare").isEmpty && provider.calls("/pay").isEmpty)
        }
    }

    // MARK: Whom it is for

    @Test(
        "nobody else is paid than the merchant named",
        arguments: [
            ("Sok Dara", true), ("SOK  dara", true), ("Sok-Dara", true), (nil, true), ("Dara Sok", false),
            ("Sok", false), ("Kim Ly", false),
        ])
    func names(named: String?, isSame: Bool) async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let other = try Self.provider()
            let engine = try bench.engine(StepConnector(provider), StepConnector(other))
            let ended = await Self.execute(engine, try await bench.order(engine, name: named))
            #expect(ended.view.state == (isSame ? .succeeded : .failed))
            #expect(ended.view.reason == (isSame ? nil : "name_mismatch"))
            #expect(ended.view.reasonDetail?.contains("Dara") != true)
            #expect(provider.calls("/pay").count == (isSame ? 1 : 0) && other.calls("/prepare").isEmpty)
        }
    }

    @Test("nor than an earlier preparation of the order has shown, at whichever account")
    func shownName() async throws {
        try await StepBench.with { bench in
            let first = try Self.provider({ .answer(200, "PT\($0) 0 Sok Dara") })
            let second = try Self.provider({ .answer(200, "PT\($0) 300 Kim Ly") })
            let engine = try bench.engine(StepConnector(first), StepConnector(second))
            let ended = await Self.execute(engine, try await bench.order(engine, name: nil))
            #expect(ended.view.state == .failed && ended.view.reason == "name_mismatch")
            #expect(first.calls("/prepare").count == 4 && second.calls("/prepare").count == 1)
            #expect(first.calls("/pay").isEmpty && second.calls("/pay").isEmpty)
        }
    }

    // MARK: Quotes

    @Test("a quote is prepared and shown, and paid when its merchant says so, once")
    func quote() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            let quoted = await executor.execute(try await bench.order(engine, name: nil, state: .initiated))
            #expect(quoted.view.state == .initiated && quoted.attempt?.state == .preparing)
            #expect(engine.view(of: quoted).payeeName == "Sok Dara")
            let expiresAt = try #require(quoted.view.expiresAt)
            #expect(expiresAt - bench.clock.now <= .seconds(300) && quoted.due == expiresAt)
            #expect(provider.calls("/pay").isEmpty)
            let stored = try await bench.stored(quoted)
            let confirmed = try #require(try await executor.confirm(stored))
            #expect(try await executor.confirm(stored) == nil)
            #expect(await executor.execute(confirmed).view.state == .succeeded)
            #expect(provider.calls("/prepare").count == 1 && provider.calls("/pay").map(\.body) == ["PT1"])
        }
    }

    @Test("a quote that is confirmed while it is being prepared is prepared anew; the first one pays nothing")
    func quoteInPreparation() async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try Self.provider({ number in
                if number == 0 { gate.wait() }
                return .answer(200, "PT\(number) 300 Sok Dara")
            })
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            let record = try await bench.order(engine, state: .initiated)
            async let quoted = executor.execute(record)
            #expect(try await bench.eventually { provider.calls("/prepare").count == 1 })
            let begun = try #require(try await executor.confirm(record))
            #expect(begun.attempt?.state == .rejected && begun.view.state == .processing)
            #expect(await executor.execute(begun).view.state == .succeeded)
            gate.open()
            _ = await quoted
            #expect(provider.calls("/pay").map(\.body) == ["PT1"])
            #expect(try await bench.stored(record).view.state == .succeeded)
        }
    }

    // MARK: When a process dies or stalls

    @Test("what a process was preparing when it died another one prepares anew, and pays once")
    func died() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let engine = try bench.engine(StepConnector(provider))
            // The process that took it is no more.
            let record = try await bench.order(engine)
            let worker = Worker(engine, agenda: Agenda())
            await worker.start()
            bench.clock.advance(engine.settings.lease + .seconds(1))
            let isOver = try await bench.eventually {
                try await bench.stored(record).view.state == .succeeded
            }
            await worker.stop(within: .seconds(5))
            #expect(isOver && provider.calls("/prepare").count == 1 && provider.calls("/pay").count == 1)
            #expect(try await bench.stored(record).attempt?.ordinal == 2)
        }
    }

    @Test("what a process was confirming when it died is asked about, and not confirmed again")
    func diedConfirming() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                call.path == "/query" ? .answer(200, "paid") : .answer(500, "")
            }
            let engine = try bench.engine(StepConnector(provider))
            let record = try await bench.order(engine)
            var next = record
            next.view.version += 1
            next.attempt?.state = .sending
            next.attempt?.sentAt = bench.clock.now
            next.attempt?.sealedPreparation = try engine.sealed(
                AttemptPreparation(prepared: Preparation(reference: "PT1")), of: #require(record.attempt))
            #expect(try await bench.store.prepared(next, detail: Array("{}".utf8)))
            let worker = Worker(engine, agenda: Agenda())
            await worker.start()
            bench.clock.advance(engine.settings.lease + .seconds(1))
            let isOver = try await bench.eventually {
                try await bench.stored(record).view.state == .succeeded
            }
            await worker.stop(within: .seconds(5))
            #expect(isOver && provider.calls("/query").count == 1)
            #expect(provider.calls("/prepare").isEmpty && provider.calls("/pay").isEmpty)
        }
    }

    @Test("a process that stalled while it prepared confirms nothing once another one has the order")
    func stalled() async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try Self.provider({ number in
                if number == 0 { gate.wait() }
                return .answer(200, "PT\(number) 300 Sok Dara")
            })
            let (slow, quick) = (
                try bench.engine(StepConnector(provider)), try bench.engine(StepConnector(provider))
            )
            let record = try await bench.order(slow)
            async let late = Self.execute(slow, record)
            #expect(try await bench.eventually { provider.calls("/prepare").count == 1 })
            bench.clock.advance(slow.settings.lease + .seconds(1))
            let now = bench.clock.now
            let taken = try await bench.store.claim(now: now, until: now + .seconds(40), limit: 1)
            let executor = Executor(quick, agenda: Agenda())
            let mine = try #require(taken.first)
            let begun = try #require(await executor.abandon(mine))
            gate.open()
            _ = await late
            #expect(provider.calls("/pay").isEmpty)
            #expect(await executor.execute(begun).view.state == .succeeded)
            #expect(provider.calls("/pay").map(\.body) == ["PT1"])
        }
    }
}
