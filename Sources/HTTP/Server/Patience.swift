/// What a connection is waiting for its client to do, and until when.
struct Patience {
    enum Wait {
        /// The client owes nothing: a handler is at work.
        case nothing
        /// The next request's first byte.
        case request
        /// The end of a head that has begun.
        case head
        /// The rest of a body.
        case body
        /// That it reads its answers.
        case reader
        /// That it ends its half after the last answer.
        case end
    }

    private(set) var wait = Wait.nothing
    private(set) var deadline = UInt64.max
    private var start: UInt64 = 0

    /// Waits for something that has a fixed time. Asking again for the same changes nothing.
    mutating func begin(_ wait: Wait, now: UInt64, limit: UInt64) {
        guard self.wait != wait else { return }
        self.wait = wait
        deadline = now &+ limit
    }

    /// Waits for something that must go on at the least rate; `bytes` is what has been moved since it was first asked for.
    mutating func follow(_ wait: Wait, now: UInt64, bytes: Int, timing: Timing) {
        if self.wait != wait {
            self.wait = wait
            start = now
        }
        deadline = timing.transferDeadline(start: start, bytes: bytes)
    }

    mutating func end() {
        wait = .nothing
        deadline = .max
    }
}
