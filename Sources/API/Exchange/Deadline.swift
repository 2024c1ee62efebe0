internal import Reactor

/// Puts an end to waiting, not to the work: what was begun is brought to its end, and its result is dropped.
enum Deadline {
    /// Waits for `work` so long at most.
    ///
    /// To be called on the reactor.
    ///
    /// - Returns: nil where the time was over first.
    static func wait<Value: Sendable>(
        _ limit: Duration, on reactor: Reactor, for work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let race = Race<Value>(continuation)
            race.token = reactor.timer(after: limit) { race.finish(nil) }
            reactor.spawn {
                let value = await work()
                if let token = race.token { reactor.cancel(token) }
                race.finish(value)
            }
        }
    }
}

/// Resumes once, for whoever comes first. Touched on the reactor's thread only.
private final class Race<Value: Sendable>: @unchecked Sendable {
    private var continuation: CheckedContinuation<Value?, Never>?
    var token: TimerToken?

    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = continuation }

    func finish(_ value: Value?) {
        continuation?.resume(returning: value)
        continuation = nil
        token = nil
    }
}
