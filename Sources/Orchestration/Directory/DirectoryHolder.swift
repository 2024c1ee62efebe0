public import Core
internal import Synchronization

/// Holds the directory that is in force, for every reactor.
public final class DirectoryHolder: Sendable {
    private struct State {
        var directory: Directory
        var loadedAt: Timestamp?
        var problem: String?
    }

    private let state: Mutex<State>

    /// Holds `directory` until the first swap.
    public init(_ directory: Directory = .empty) { state = Mutex(State(directory: directory)) }

    /// The one in force.
    public var current: Directory { state.withLock { $0.directory } }

    /// When it was read from the database; nil before the first time.
    public var loadedAt: Timestamp? { state.withLock { $0.loadedAt } }

    /// Why a newer one could not be read, for an operator; nil when the last reading went well.
    public var problem: String? { state.withLock { $0.problem } }

    /// Puts another in force; orders under way keep the one they saw.
    public func swap(_ next: Directory, at time: Timestamp? = nil) {
        state.withLock { $0 = State(directory: next, loadedAt: time ?? $0.loadedAt) }
    }

    /// Notes that a newer one could not be read: the old one stays in force.
    public func note(problem: String) { state.withLock { $0.problem = problem } }
}
