internal import Synchronization

/// Counts one router's requests. The lock is one reactor's own but for the moment somebody reads it.
final class RequestMeter: Sendable {
    /// Upper bounds of the histogram's buckets in nanoseconds: around a local answer, a database's, a provider's.
    static let bounds: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000, 30_000_000_000,
    ]

    /// What is counted of a route.
    struct Route: Sendable, Hashable {
        let method: String
        let pattern: String
    }

    /// A route's figures.
    struct Figures: Sendable {
        /// Answers by the status' first digit, from 1.
        var classes = [UInt64](repeating: 0, count: 5)
        /// Answers by the first bucket they fit; one more for those that fit none. Empty where time is not taken.
        var buckets: [UInt64] = []
        /// All answers' time.
        var nanoseconds: UInt64 = 0

        static func + (left: Figures, right: Figures) -> Figures {
            var sum = left
            for index in sum.classes.indices { sum.classes[index] += right.classes[index] }
            if sum.buckets.isEmpty {
                sum.buckets = right.buckets
            } else if !right.buckets.isEmpty {
                for index in sum.buckets.indices { sum.buckets[index] += right.buckets[index] }
            }
            sum.nanoseconds &+= right.nanoseconds
            return sum
        }

        fileprivate mutating func count(_ status: Int) { classes[min(max(status / 100, 1), 5) - 1] += 1 }
    }

    private struct State {
        var routes: [Route] = [Route(method: "", pattern: "")]
        var figures: [Figures] = [Figures()]
    }

    private let state = Mutex(State())

    /// Makes a place for a route.
    func add(method: String, pattern: String) -> Int {
        state.withLock { state in
            state.routes.append(Route(method: method, pattern: pattern))
            state.figures.append(Figures())
            return state.figures.count - 1
        }
    }

    /// Counts an answer whose time is not worth taking.
    func count(_ route: Int, status: Int) {
        state.withLock { $0.figures[route].count(status) }
    }

    /// Counts an answer that no route made.
    func countUnrouted(status: Int) { count(0, status: status) }

    /// Counts an answer with its time.
    func record(_ route: Int, status: Int, nanoseconds: UInt64) {
        let bucket = Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.figures[route].count(status)
            if state.figures[route].buckets.isEmpty {
                state.figures[route].buckets = [UInt64](repeating: 0, count: Self.bounds.count + 1)
            }
            state.figures[route].buckets[bucket] += 1
            state.figures[route].nanoseconds &+= nanoseconds
        }
    }

    /// What was counted so far.
    func snapshot() -> [(route: Route, figures: Figures)] {
        state.withLock { Array(zip($0.routes, $0.figures)) }
    }
}

/// The meters of all of a process' routers.
final class MeterBoard: Sendable {
    private let meters = Mutex<[RequestMeter]>([])

    /// A meter for one more router.
    func newMeter() -> RequestMeter {
        let meter = RequestMeter()
        meters.withLock { $0.append(meter) }
        return meter
    }

    /// All meters together, in the order of the routes.
    func total() -> [(route: RequestMeter.Route, figures: RequestMeter.Figures)] {
        var total: [(route: RequestMeter.Route, figures: RequestMeter.Figures)] = []
        var places: [RequestMeter.Route: Int] = [:]
        for meter in meters.withLock({ $0 }) {
            for (route, figures) in meter.snapshot() {
                if let place = places[route] {
                    total[place].figures = total[place].figures + figures
                } else {
                    places[route] = total.count
                    total.append((route, figures))
                }
            }
        }
        return total
    }
}
