internal import Synchronization

/// Lets so many lines of a second through and counts the others: a fault that repeats must not fill the disk.
final class LogGate: Sendable {
    private struct State {
        var second: Int64 = 0
        var lines = 0
        var dropped = 0
    }

    private let state = Mutex(State())
    private let linesPerSecondMax: Int

    init(linesPerSecondMax: Int) { self.linesPerSecondMax = linesPerSecondMax }

    /// How many were dropped since the last line that passed; nil where this one does not pass.
    func pass(second: Int64) -> Int? {
        state.withLock { state in
            if state.second != second {
                state.second = second
                state.lines = 0
            }
            guard state.lines < linesPerSecondMax else {
                state.dropped += 1
                return nil
            }
            state.lines += 1
            defer { state.dropped = 0 }
            return state.dropped
        }
    }
}
