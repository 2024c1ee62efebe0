public import Core
internal import Synchronization

/// What this process has seen of each provider account: for health, and for the curious.
public final class ProviderMeters: Sendable {
    private let meters = Mutex<[Identifier: Meter]>([:])

    /// Nothing seen yet.
    public init() {}

    /// One account's figures.
    public struct Meter: Sendable {
        /// Calls made.
        public private(set) var calls = 0
        /// Calls without a usable answer: not sent, lost, 5xx, not to be read.
        public private(set) var failures = 0
        /// The share of failures among recent calls, 0 to 1: each call weighs a fiftieth.
        public private(set) var errorRate = 0.0
        /// When the provider last gave a usable answer.
        public private(set) var lastSuccess: Timestamp?
        /// When it last did not.
        public private(set) var lastFailure: Timestamp?
        /// What happened then, for an operator.
        public private(set) var lastProblem: String?
        private var latencies: [Int32] = []
        private var next = 0

        /// Latencies kept: enough for a 99th percentile that means something.
        private static let window = 256

        mutating func record(_ problem: String?, milliseconds: Int64, at time: Timestamp) {
            calls += 1
            errorRate += ((problem == nil ? 0 : 1) - errorRate) / min(Double(calls), 50)
            if let problem {
                failures += 1
                lastFailure = time
                lastProblem = problem
                return
            }
            lastSuccess = time
            let latency = Int32(clamping: milliseconds)
            if latencies.count < Self.window {
                latencies.append(latency)
            } else {
                latencies[next] = latency
                next = (next + 1) % Self.window
            }
        }

        /// Milliseconds that this share (0 to 1) of recent good answers did not exceed.
        public func latency(_ share: Double) -> Int? {
            guard !latencies.isEmpty else { return nil }
            let sorted = latencies.sorted()
            return Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
        }
    }

    func record(_ account: Identifier, problem: String?, took: Duration, at time: Timestamp) {
        meters.withLock { meters in
            meters[account, default: Meter()].record(problem, milliseconds: took.milliseconds, at: time)
        }
    }

    /// Every account that was called.
    public func snapshot() -> [Identifier: Meter] { meters.withLock { $0 } }
}
