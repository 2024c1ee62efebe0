internal import Core
internal import Reactor
internal import Synchronization

/// Tells a reactor's worker of work that falls due before it meant to look again.
public final class Agenda: Sendable {
    private struct State {
        var wakeAt: Timestamp?
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Nobody listens yet.
    public init() {}

    /// Work falls due at this time; `nil`: none.
    func note(_ due: Timestamp?, now: Timestamp) {
        guard let due else { return }
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            guard let at = state.wakeAt, due < at else { return nil }
            state.wakeAt = due
            return state.wake
        }
        wake?()
    }

    /// The worker sleeps until `time`, unless woken.
    func sleep(until time: Timestamp, wake: @escaping @Sendable () -> Void) {
        state.withLock { $0 = State(wakeAt: time, wake: wake) }
    }

    /// The worker is awake.
    func awake() { state.withLock { $0 = State() } }

    /// When the worker is to wake, as far as is known.
    var wakeAt: Timestamp? { state.withLock { $0.wakeAt } }
}
