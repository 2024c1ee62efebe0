extension Reactor {
    /// Runs a body on the reactor's thread once the time has passed, to the millisecond, never early.
    ///
    /// To be called on the reactor's thread.
    public func timer(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> TimerToken {
        checkIsolated()
        let due = Self.monotonicNanoseconds() &+ delay.nanosecondsClamped
        return timers.insert(due: due, body: body)
    }

    /// Takes a timer back. Harmless when it has run.
    public func cancel(_ token: TimerToken) {
        checkIsolated()
        timers.cancel(token)
    }

    /// Waits without holding the thread. Returns early when the task is cancelled.
    public func sleep(for delay: Duration) async {
        let latch = SleepLatch()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                execute {
                    latch.begin(continuation, token: self.timer(after: delay) { latch.finish() })
                }
            }
        } onCancel: {
            execute {
                if let token = latch.finish() { self.cancel(token) }
            }
        }
    }

    func runTimers() {
        while let body = timers.popDue(at: turnNanoseconds) { body() }
    }
}

/// Joins the timer and the cancellation of one sleep; touched on the reactor's thread only.
private final class SleepLatch: @unchecked Sendable {
    private var continuation: CheckedContinuation<Void, Never>?
    private var token: TimerToken?
    private var finished = false

    func begin(_ continuation: CheckedContinuation<Void, Never>, token: TimerToken) {
        if finished { return continuation.resume() }
        self.continuation = continuation
        self.token = token
    }

    @discardableResult
    func finish() -> TimerToken? {
        finished = true
        continuation?.resume()
        continuation = nil
        defer { token = nil }
        return token
    }
}

extension Duration {
    /// Nanoseconds, no less than 0 and no more than some 292 years.
    var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if overflow || whole > UInt64(Int64.max) { return UInt64(Int64.max) }
        return whole + UInt64(attoseconds / 1_000_000_000)
    }
}
