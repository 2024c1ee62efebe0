internal import Core
internal import Routing
internal import Synchronization

/// What a process has learned of the accounts, for all its reactors; and who is to be told that there is more to learn.
public final class Learning: Sendable {
    private struct State {
        var standings = Standings()
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// Whether a report was committed since the log was looked at last.
    private let noted = Atomic<Bool>(false)

    /// Nothing was learned yet.
    public init() {}

    /// Looks something up.
    func read<Found>(_ body: (borrowing Standings) -> Found) -> Found {
        state.withLock { body($0.standings) }
    }

    /// A copy: for what must change nothing.
    var copy: Standings { state.withLock { $0.standings } }

    /// Puts accounts in order by what was learned, and counts the decision.
    func rank(_ request: RankingRequest) -> [RankedAccount] {
        state.withLock { $0.standings.rank(request) }
    }

    /// Takes reports in, in the order of the log, by the constants in force.
    func take(_ reports: [AttemptReport], by plan: RoutingPlan) {
        state.withLock { state in
            state.standings.settings = plan.adaptive
            state.standings.breakers = plan.breakers
            for report in reports { state.standings.record(report) }
        }
    }

    /// Begins from what was kept.
    func restore(_ standings: Standings) { state.withLock { $0.standings = standings } }

    /// A report was committed: it is worth a look at the log. Says so once until somebody looks: under load most reports come
    /// in between, and to wake another thread for each would cost more than to read them.
    func noteReport() {
        guard !noted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        state.withLock { $0.wake }?()
    }

    /// Whether there is something new since `look`.
    var isWorthALook: Bool { noted.load(ordering: .acquiring) }

    /// To be said before the log is read.
    func look() { noted.store(false, ordering: .releasing) }

    /// Whom to wake, on whichever thread a report was committed.
    func onReport(_ wake: (@Sendable () -> Void)?) { state.withLock { $0.wake = wake } }
}
