internal import Core
public import Logging
internal import Postgres
internal import Reactor
internal import Routing

/// Takes in what attempts came to, this process's and all others', in the order of the log; keeps what was learned, so that a
/// restart forgets nothing.
public actor Learner {
    private let engine: Engine
    private let store: StandingsStore
    private let log: Log
    private var place = LogPlace.beginning
    private var readAt: Timestamp?
    private var keptAt: Timestamp?
    private var keptPlace = LogPlace.beginning
    private var loop: Task<Void, Never>?
    private var isStopping = false
    /// Until when a report is looked for that was committed here: older transactions may be under way still.
    private var awaitedUntil: Timestamp?
    private var wakeUp: CheckedContinuation<Void, Never>?

    /// How long others' reports may take to be known here.
    private static let pause: Duration = .milliseconds(500)
    /// Own reports are read at once, but not more often: what comes in between is read together.
    private static let shortest: Duration = .milliseconds(20)
    /// No statement of ours takes longer: a report that is older has no older neighbour still to come.
    private static let settling: Duration = .seconds(10)
    private static let keepEvery: Duration = .seconds(15)
    /// How long reports stay once they are held by what was kept: who could not read for longer begins from there.
    private static let kept: Duration = .seconds(600)

    /// The reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { engine.reactor.asUnownedSerialExecutor() }

    /// Nothing is learned until `start`.
    public init(_ engine: Engine, log: Log = .none) {
        self.engine = engine
        self.log = log
        store = StandingsStore(database: engine.database)
    }

    /// Begins from what was kept and what came after it, then goes on as reports come.
    public func start() async {
        await begin()
        guard loop == nil, !isStopping else { return }
        let reactor = engine.reactor
        engine.learning.onReport { [weak self] in
            guard let self else { return }
            reactor.execute { self.assumeIsolated { $0.wake() } }
        }
        loop = Task(executorPreference: engine.reactor) { await self.run() }
    }

    /// Learns what there is to learn now, once: for a command that asks.
    public func learnOnce() async { await begin() }

    /// Keeps what was learned, and learns no more.
    public func stop() async {
        isStopping = true
        engine.learning.onReport(nil)
        wake()
        await loop?.value
        await keep(always: true)
    }

    private func begin() async {
        do throws(PostgresError) {
            try await restore()
            while try await read() {}
        } catch { log.error("standings_not_read", ["problem": .text(error.description)]) }
    }

    private func run() async {
        while !isStopping {
            do throws(PostgresError) {
                if readAt.map({ engine.clock.now() - $0 > Self.kept / 2 }) ?? true { try await restore() }
                while try await read(), !isStopping {}
            } catch { log.error("reports_not_read", ["problem": .text(error.description)]) }
            await keep(always: false)
            await engine.reactor.sleep(for: Self.shortest)
            await rest()
        }
    }

    /// Begins anew from what was kept.
    private func restore() async throws(PostgresError) {
        guard let kept = try await store.newest() else { return }
        do throws(AdaptiveSnapshotError) {
            engine.learning.restore(try Standings(snapshot: kept.snapshot))
        } catch {
            // It is learned anew, as on the first day.
            log.error("standings_unreadable", ["problem": .text(error.description)])
            engine.learning.restore(Standings())
        }
        (place, keptPlace, keptAt) = (kept.place, kept.place, kept.at)
    }

    /// Takes in what is next; whether there may be more.
    private func read() async throws(PostgresError) -> Bool {
        let now = engine.clock.now()
        engine.learning.look()
        let entries = try await store.reports(after: place, settled: now - Self.settling)
        readAt = now
        engine.learning.take(entries.compactMap(\.report), by: engine.directory.current.plan)
        guard let last = entries.last else { return false }
        awaitedUntil = nil
        place = last.place
        return entries.count == StandingsStore.batch
    }

    private func keep(always: Bool) async {
        let now = engine.clock.now()
        let since = always ? now : now - Self.keepEvery
        // Kept in the future is kept by a clock that is wrong.
        let isRecent = keptAt.map { $0 > since && $0 <= now } ?? false
        guard place > keptPlace, always || !isRecent else { return }
        do throws(PostgresError) {
            try await store.keep(
                engine.learning.copy.snapshot(), upTo: place, at: now, since: since)
            try await store.forget(before: now - Self.kept)
            (keptAt, keptPlace) = (now, place)
        } catch { log.error("standings_not_kept", ["problem": .text(error.description)]) }
    }

    private func rest() async {
        guard !isStopping else { return }
        if engine.learning.isWorthALook { awaitedUntil = engine.clock.now() + Self.pause }
        if let awaitedUntil, engine.clock.now() < awaitedUntil { return }
        let reactor = engine.reactor
        let timer = reactor.timer(after: Self.pause) { self.assumeIsolated { $0.endRest() } }
        await withCheckedContinuation { wakeUp = $0 }
        reactor.cancel(timer)
    }

    private func wake() {
        awaitedUntil = engine.clock.now() + Self.pause
        endRest()
    }

    private func endRest() {
        wakeUp?.resume()
        wakeUp = nil
    }
}
