internal import Reactor
internal import Synchronization

/// Asks a question at most so often, and once at a time, however many want to know: pages that anybody may open must not
/// be a way to keep the database busy.
final class Freshness<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var expires: UInt64 = 0
        var asking: Task<Value, Never>?
    }

    private let state = Mutex(State())
    private let reactor: Reactor
    private let nanoseconds: UInt64
    private let ask: @Sendable () async -> Value

    /// Keeps an answer for `milliseconds`.
    init(milliseconds: UInt64, on reactor: Reactor, _ ask: @escaping @Sendable () async -> Value) {
        nanoseconds = milliseconds * 1_000_000
        self.reactor = reactor
        self.ask = ask
    }

    /// The answer, no older than that.
    func value() async -> Value {
        let now = Reactor.monotonicNanoseconds()
        let found = state.withLock { state -> Result<Value, Pending> in
            if let value = state.value, now < state.expires { return .success(value) }
            if let asking = state.asking { return .failure(Pending(task: asking)) }
            let asking = reactor.spawn { [self] in
                let value = await ask()
                keep(value)
                return value
            }
            state.asking = asking
            return .failure(Pending(task: asking))
        }
        switch found {
        case .success(let value): return value
        case .failure(let pending): return await pending.task.value
        }
    }

    private struct Pending: Error { let task: Task<Value, Never> }

    private func keep(_ value: Value) {
        state.withLock { state in
            state.value = value
            state.expires = Reactor.monotonicNanoseconds() + nanoseconds
            state.asking = nil
        }
    }
}
