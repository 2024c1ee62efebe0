internal import Reactor

/// Waits for work that goes on whether or not anybody waits: whichever comes first, its end or the time.
/// Touched on the reactor's thread only.
final class FirstAnswer<Value: Sendable>: @unchecked Sendable {
    private var continuation: CheckedContinuation<Value?, Never>?
    private var value: Value?
    private var isOver = false

    /// The work's result; `nil` when the time was over first.
    static func of(
        _ reactor: Reactor, within time: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let answer = FirstAnswer()
        Task(executorPreference: reactor) { answer.finish(await work()) }
        let timer = reactor.timer(after: time) { answer.finish(nil) }
        defer { reactor.cancel(timer) }
        return await withCheckedContinuation { answer.wait($0) }
    }

    private func wait(_ continuation: CheckedContinuation<Value?, Never>) {
        if isOver { return continuation.resume(returning: value) }
        self.continuation = continuation
    }

    private func finish(_ value: Value?) {
        guard !isOver else { return }
        isOver = true
        self.value = value
        continuation?.resume(returning: value)
        continuation = nil
    }
}
