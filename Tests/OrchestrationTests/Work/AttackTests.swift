import Connectors
import Core
import Testing

@testable import Orchestration

@Suite(
    "Stalls, late answers and doubtful refusals",
    .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct AttackTests {
    private static func execute(_ engine: Engine, _ record: OrderRecord) async -> OrderRecord {
        await Executor(engine, agenda: Agenda()).execute(record)
    }

    // MARK: Sending

    @Test("a process that stalls right before it sends does not send once its lease is over")
    func stalled() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(
                StepConnector(provider, makingSubmission: { bench.clock.advance(.seconds(41)) }))
            _ = await Self.execute(engine, try await bench.order(engine, .kesBank))
            #expect(provider.calls("/pay").isEmpty)
        }
    }

    @Test(
        "an answer that tells of another amount than was sent is for a person: it is no reason to send again",
        arguments: [PaymentMethod.kesBank, .kesEWallet], [false, true])
    func otherAmount(_ method: PaymentMethod, isRaised: Bool) async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try PlayedProvider { call in
                if call.path == "/prepare" { return .answer(200, "PT1 300 Sok Dara") }
                if isRaised { gate.wait() }
                return .answer(200, "paid 1")
            }
            let engine = try bench.engine(StepConnector(provider), StepConnector(provider))
            let record = try await bench.order(engine, method)
            async let ended = Self.execute(engine, record)
            if isRaised {
                // The same was told before, by a callback.
                #expect(try await bench.eventually { !provider.calls("/pay").isEmpty })
                let news = Outcome.succeeded(Settlement(amount: Money(minor: 1, method.currency)))
                let context = NewsContext(source: .callback, now: bench.clock.now, nextLook: bench.clock.now)
                let change = try #require(try await bench.stored(record).change(on: news, context))
                #expect(try await engine.write(change))
                gate.open()
            }
            let known = await ended
            #expect(provider.calls("/pay").count == 1)
            let stored = try await bench.stored(record)
            for each in [known, stored] {
                #expect(each.view.review == ReviewReason.amountMismatch.rawValue)
                #expect(each.view.state == .processing && each.attempt?.state == .unknown)
            }
            #expect(try #require(stored.due) < bench.clock.now + .seconds(10))
        }
    }

    @Test(
        "a caller who wants news takes no order from whoever is sending it, though a callback has told of it before",
        arguments: [PaymentMethod.kesBank, .kesEWallet], ["paid", "taken"])
    func refreshed(_ method: PaymentMethod, _ answer: String) async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try PlayedProvider { call in
                switch call.path {
                case "/prepare": return .answer(200, "PT1 300 Sok Dara")
                case "/pay":
                    gate.wait()
                    return .answer(200, answer)
                default: return .answer(200, "paid")
                }
            }
            var engine = try bench.engine(StepConnector(provider))
            engine.settings.answerWait = .milliseconds(100)
            let orders = Orders(engine, agenda: Agenda())
            let record = try await bench.order(engine, method)
            let holder = engine
            async let ended = Self.execute(holder, record)
            #expect(try await bench.eventually { !provider.calls("/pay").isEmpty })
            let context = NewsContext(source: .callback, now: bench.clock.now, nextLook: bench.clock.now)
            let change = try #require(
                try await bench.stored(record).change(on: .accepted(Acceptance()), context))
            #expect(try await engine.write(change))
            let seen = try await orders.fetch(record.view.id, merchant: nil, refresh: true)
            #expect(seen.state == .pending && provider.calls("/query").isEmpty)
            gate.open()
            #expect(await ended.view.state == (answer == "paid" ? .succeeded : .pending))
            // Whoever sent it has told all, and holds it no longer.
            let due = try await bench.stored(record).due
            #expect(answer == "paid" ? due == nil : try #require(due) < bench.clock.now + .seconds(10))
            #expect(try await orders.fetch(record.view.id, merchant: nil, refresh: true).state == .succeeded)
            #expect(provider.calls("/query").count == (answer == "paid" ? 0 : 1))
        }
    }

    @Test("a 401 whose repetition could not be sent is the answer: whether money moved its connector decides")
    func refusedOnce() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                switch call.path {
                case "/token": call.number == 0 ? .answer(200, "T1 60 100") : .answer(503, "")
                default: .answer(401, "")
                }
            }
            let connector = StepConnector(provider, session: Tokens(provider))
            let engine = try bench.engine(connector)
            let account = engine.directory.current.accounts[0]
            let answer = await engine.call(connector.request("/pay"), of: account, once: true)
            guard case .response(let response) = answer else { return #expect(Bool(false), "\(answer)") }
            #expect(response.status == 401 && provider.calls("/pay").count == 1)
        }
    }

    @Test("where a token may have to be waited for, \"not found\" proves nothing until the lease is over")
    func proof() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(
                StepConnector(provider, session: Tokens(provider), grace: .seconds(10)))
            let record = try await bench.order(engine, .kesBank)
            let sent = try #require(record.attempt?.createdAt)
            #expect(!engine.isNotFoundProof(for: record, at: sent + .seconds(49)))
            #expect(engine.isNotFoundProof(for: record, at: sent + .seconds(50)))
        }
    }

    @Test(
        "\"not found\" is as old as its question: one that was asked too early proves nothing, however late it is answered"
    )
    func slowNotFound() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                if call.path == "/query", call.number == 0 { bench.clock.advance(.seconds(10)) }
                return .answer(call.path == "/query" ? 404 : 500, "unknown")
            }
            let engine = try bench.engine(StepConnector(provider, grace: .seconds(10)))
            let lost = await Self.execute(engine, try await bench.order(engine, .kesBank))
            #expect(lost.attempt?.state == .unknown)
            bench.clock.advance(.seconds(45))
            func ask() async throws -> AttemptState? {
                let now = bench.clock.now
                let held = try await bench.store.claim(
                    try await bench.stored(lost), now: now, until: now + .seconds(40))
                return await Executor(engine, agenda: Agenda()).poll(try #require(held)).attempt?.state
            }
            #expect(try await ask() == .unknown)
            #expect(try await ask() == .rejected)
        }
    }

    @Test("a quote is not paid by an account that was switched off after it had been prepared")
    func switchedOff() async throws {
        try await StepBench.with { bench in
            let first = try PlayedProvider { _ in .answer(200, "PT1 300 Sok Dara") }
            let second = try PlayedProvider { call in
                .answer(200, call.path == "/prepare" ? "PT2 300 Sok Dara" : "paid")
            }
            let engine = try bench.engine(StepConnector(first), StepConnector(second))
            let executor = Executor(engine, agenda: Agenda())
            let quoted = await executor.execute(try await bench.order(engine, state: .initiated))
            #expect(engine.view(of: quoted).payeeName == "Sok Dara")
            var accounts = engine.directory.current.accounts
            accounts[0] = ProviderAccount(
                id: accounts[0].id, name: "off", isEnabled: false, priority: 1, methods: [.kesEWallet],
                connector: accounts[0].connector, callbackAddresses: [], proxy: nil)
            engine.directory.swap(Directory(merchants: [], apps: [], accounts: accounts))
            let begun = try #require(try await executor.confirm(try await bench.stored(quoted)))
            #expect(await executor.execute(begun).view.state == .succeeded)
            #expect(first.calls("/pay").isEmpty && second.calls("/pay").map(\.body) == ["PT2"])
        }
    }

    @Test("a quote that somebody has told contradicting news of is not executed before a person has decided")
    func contestedQuote() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                .answer(200, call.path == "/prepare" ? "PT1 300 Sok Dara" : "paid")
            }
            let engine = try bench.engine(StepConnector(provider))
            let orders = Orders(engine, agenda: Agenda())
            let quoted = await Self.execute(engine, try await bench.order(engine, state: .initiated))
            var raised = quoted.untouched(
                at: bench.clock.now, kind: "review_raised", actor: "provider", holding: nil)
            raised.record.view.review = ReviewReason.accountMismatch.rawValue
            #expect(try await engine.write(raised))
            let (id, merchant) = (quoted.view.id, quoted.view.merchant)
            await #expect(throws: OrderError.self) { try await orders.process(id, merchant: merchant) }
            #expect(provider.calls("/pay").isEmpty)
            _ = try await orders.resolve(id, as: .keep, by: "me", why: "a stray message")
            #expect(try await orders.process(id, merchant: merchant).state == .succeeded)
        }
    }

    // MARK: The last look

    /// A code that was issued, at a moment after its expiry.
    private static func issued(
        _ bench: StepBench, _ engine: Engine, afterExpiry time: Duration
    ) async throws -> OrderRecord {
        let record = await execute(engine, try await bench.order(engine, .usdKHQR))
        #expect(record.view.state == .pending && record.view.artefact?.qrCode != nil)
        bench.clock.advance(.seconds(900) + time)
        return record
    }

    @Test("a code is over by what was asked after its grace time, not by what was asked before and came late")
    func slowAnswer() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                if call.number == 0 { bench.clock.advance(.seconds(10)) }
                return .answer(200, "taken")
            }
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            let record = try await Self.issued(bench, engine, afterExpiry: .seconds(55))
            #expect(await executor.poll(record).view.state == .pending)
            #expect(await executor.poll(try await bench.stored(record)).view.state == .expired)
        }
    }

    @Test("a transfer that failed ends no code before the last look: the payer may have paid by another one")
    func failedTransfer() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { .answer(200, $0.number == 2 ? "paid" : "failed") }
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            let record = try await Self.issued(bench, engine, afterExpiry: .seconds(1))
            #expect(await executor.poll(record).view.state == .pending)
            bench.clock.advance(.seconds(30))
            #expect(await executor.poll(try await bench.stored(record)).view.state == .pending)
            #expect(await executor.poll(try await bench.stored(record)).view.state == .succeeded)
            let other = try await Self.issued(bench, engine, afterExpiry: .seconds(61))
            #expect(await executor.poll(other).view.state == .failed)
        }
    }

    @Test("a code that was paid after its last look succeeds, late, once its order is refreshed")
    func paidLate() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { .answer(200, $0.number < 2 ? "taken" : "paid") }
            let engine = try bench.engine(StepConnector(provider))
            let (executor, orders) = (
                Executor(engine, agenda: Agenda()), Orders(engine, agenda: Agenda())
            )
            let record = try await Self.issued(bench, engine, afterExpiry: .seconds(61))
            #expect(await executor.poll(record).view.state == .expired)
            let id = record.view.id
            #expect(try await orders.fetch(id, merchant: nil, refresh: false).state == .expired)
            #expect(try await orders.fetch(id, merchant: nil, refresh: true).state == .expired)
            #expect(try await bench.stored(record).due == nil && provider.calls("/query").count == 2)
            let paid = try await orders.fetch(id, merchant: nil, refresh: true)
            #expect(paid.state == .succeeded && paid.late)
            #expect(try await bench.stored(record).due == nil)
        }
    }

    // MARK: Several at once

    @Test(
        "where the answer about several cannot be read they are asked about alone next; not where there was none",
        arguments: [(200, true), (502, false)])
    func oddList(status: Int, isAlone: Bool) async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                call.path == "/bulk" ? .answer(status, "odd") : .answer(200, "taken")
            }
            let engine = try bench.engine(StepConnector(provider))
            let executor = Executor(engine, agenda: Agenda())
            var pending: [OrderRecord] = []
            for _ in 0..<3 {
                pending.append(await Self.execute(engine, try await bench.order(engine, .kesBank)))
            }
            await executor.poll(together: pending)
            for record in pending { #expect(try await bench.stored(record).view.state == .pending) }
            #expect(executor.bundles(of: pending).alone.count == (isAlone ? 3 : 0))
        }
    }
}
