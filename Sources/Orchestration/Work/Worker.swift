internal import Connectors
internal import Core
internal import Postgres
internal import Reactor

/// Does the due work of one reactor: takes orders under a lease, asks about them, expires them, goes on where a
/// process died. Any number of workers, in any number of processes, may run on one database.
public actor Worker {
    private let engine: Engine
    private let executor: Executor
    private let agenda: Agenda
    private let store: OrderStore
    private var underWay = 0
    /// The same by the provider account that is asked.
    private var underWayAt: [Identifier: Int] = [:]
    private var isStopping = false
    private var loop: Task<Void, Never>?
    private var wakeUp: CheckedContinuation<Void, Never>?

    /// How long it sleeps at most: work of processes that died is found this late, past its lease.
    private static let nap: Duration = .seconds(1)
    /// Orders taken at once: so that several workers share a backlog.
    private static let batch = 16

    /// The reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { engine.reactor.asUnownedSerialExecutor() }

    /// Nothing runs until `start`.
    public init(_ engine: Engine, agenda: Agenda) {
        self.engine = engine
        self.agenda = agenda
        executor = Executor(engine, agenda: agenda)
        store = OrderStore(database: engine.database)
    }

    /// Begins to look for work.
    public func start() {
        guard loop == nil else { return }
        loop = Task(executorPreference: engine.reactor) { await self.run() }
    }

    /// Takes no more work, and waits for what is under way; what is not done by then goes on elsewhere, once its lease
    /// has ended.
    public func stop(within time: Duration) async {
        isStopping = true
        wake()
        let end = Reactor.monotonicNanoseconds() + UInt64(max(0, time.milliseconds)) * 1_000_000
        while underWay > 0, Reactor.monotonicNanoseconds() < end {
            await engine.reactor.sleep(for: .milliseconds(20))
        }
    }

    private func run() async {
        while !isStopping {
            let room = engine.settings.workersMax - underWay
            let taken = room > 0 ? await take(min(room, Self.batch)) : 0
            if taken == Self.batch { continue }
            await rest()
        }
    }

    private func take(_ limit: Int) async -> Int {
        let now = engine.clock.now()
        guard let records = try? await store.claim(now: now, until: now + engine.settings.lease, limit: limit)
        else { return 0 }
        FaultPoint.reached(records.isEmpty ? "no_work" : "work_claimed")
        let (together, alone) = executor.bundles(of: records)
        for group in together { start(group) { await self.executor.poll(together: group) } }
        for record in alone { start([record]) { await self.handle(record) } }
        return records.count
    }

    /// Works on orders of one account at once; a provider that has its share of hands already is asked later.
    private func start(_ records: [OrderRecord], _ work: @escaping @Sendable () async -> Void) {
        let account = records.first?.attempt?.account
        let isCrowded = account.map { underWayAt[$0, default: 0] >= sharePerAccount } ?? false
        underWay += 1
        if let account { underWayAt[account, default: 0] += 1 }
        Task(executorPreference: engine.reactor) {
            if isCrowded {
                for record in records { await self.executor.postpone(record) }
            } else {
                await work()
            }
            await self.finished(account)
        }
    }

    /// A provider that lets its questions hang must leave hands free for the others' orders.
    private var sharePerAccount: Int { max(1, engine.settings.workersMax * 3 / 4) }

    private func finished(_ account: Identifier?) {
        underWay -= 1
        if let account, let count = underWayAt[account] { underWayAt[account] = count > 1 ? count - 1 : nil }
        if underWay == engine.settings.workersMax - 1 { wake() }
    }

    private func rest() async {
        let now = engine.clock.now()
        var until = now + Self.nap
        // With its hands full it is woken when one is free, and not by what is due.
        if underWay < engine.settings.workersMax, let next = try? await store.nextDue(), next < until {
            until = max(next, now + .milliseconds(5))
        }
        let reactor = engine.reactor
        agenda.sleep(until: until) { reactor.execute { self.assumeIsolated { $0.reschedule() } } }
        let timer = schedule(until)
        await withCheckedContinuation { wakeUp = $0 }
        reactor.cancel(timer)
        agenda.awake()
    }

    private func schedule(_ time: Timestamp) -> TimerToken {
        engine.reactor.timer(after: time - engine.clock.now()) { self.assumeIsolated { $0.wake() } }
    }

    private func reschedule() {
        guard let at = agenda.wakeAt else { return }
        _ = schedule(at)
    }

    private func wake() {
        wakeUp?.resume()
        wakeUp = nil
    }

    // MARK: One order

    private nonisolated func handle(_ record: OrderRecord) async {
        switch record.view.state {
        case .initiated: await expireQuote(record)
        case .processing: await resume(record)
        case .pending: _ = await executor.poll(record)
        case .succeeded, .reversed, .failed, .expired, .cancelled: try? await store.rest(record)
        }
    }

    private nonisolated func expireQuote(_ record: OrderRecord) async {
        if let change = record.quoteExpiry(at: engine.clock.now()) {
            _ = try? await engine.write(change)
        } else if let expiresAt = record.view.expiresAt {
            try? await store.postpone(record, to: expiresAt, polls: record.polls)
        }
    }

    private nonisolated func resume(_ record: OrderRecord) async {
        switch record.attempt?.state {
        case .preparing:
            // Nothing that moves money was sent: whoever prepared it would have committed that first.
            if let begun = await executor.abandon(record) { _ = await executor.execute(begun) }
        case .sending where record.attempt.map({ engine.flow(of: $0.account, record.view.method) }) == .issued:
            // Nothing was sent, and nobody has seen what was not committed.
            _ = await executor.execute(record)
        case .sending:
            // Whoever sent it died or stalled before the answer was written: it may have arrived.
            let outcome = Outcome.unknown("the process that was sending it went away")
            guard let unknown = await executor.settle(record, on: outcome, from: .submission) else { return }
            _ = await executor.poll(unknown)
        case .unknown, .accepted, .succeeded:
            _ = await executor.poll(record)
        case .rejected, .failed, .expired, nil:
            if record.isContested {
                await executor.postpone(record)
            } else if let next = await executor.goOn(record) {
                _ = await executor.execute(next)
            }
        }
    }
}
