import CLinux
import Reactor
import Synchronization
import Testing

/// A reactor on a thread of its own, stopped at the end of the test.
func withReactor<Success: Sendable>(
    _ body: @escaping @Sendable (Reactor) async throws -> Success
) async throws -> Success {
    let reactor = try Reactor(name: "test")
    try reactor.start()
    defer { reactor.stop() }
    return try await Task(executorPreference: reactor) { try await body(reactor) }.value
}

/// Counts on the reactor's thread what its descriptor was ready for.
final class Recorder: Watcher {
    private let seen = Mutex<[Readiness]>([])
    private let onReady: @Sendable (Readiness) -> Void

    init(_ onReady: @escaping @Sendable (Readiness) -> Void = { _ in }) { self.onReady = onReady }

    func ready(_ readiness: Readiness) {
        seen.withLock { $0.append(readiness) }
        onReady(readiness)
    }

    var count: Int { seen.withLock { $0.count } }
}

final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

final class Order: Sendable {
    private let numbers = Mutex<[Int]>([])
    var value: [Int] { numbers.withLock { $0 } }
    func append(_ number: Int) { numbers.withLock { $0.append(number) } }
}

actor Pinned {
    private let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    init(_ reactor: Reactor) { self.reactor = reactor }
    func isOnLoop() -> Bool { reactor.isCurrent }
}

@Suite("The reactor")
struct ReactorTests {
    @Test("runs its tasks, its actors and what they await on its own thread")
    func executor() async throws {
        try await withReactor { reactor in
            #expect(reactor.isCurrent)
            await reactor.sleep(for: .milliseconds(1))
            #expect(reactor.isCurrent)
            #expect(await Pinned(reactor).isOnLoop())
            async let child = Task(executorPreference: reactor) { reactor.isCurrent }.value
            #expect(await child)
        }
    }

    @Test("runs timers in the order of their time, never early, and not the cancelled ones")
    func timers() async throws {
        let order = try await withReactor { reactor in
            let began = Reactor.monotonicNanoseconds()
            let order = Order()
            let cancelled = reactor.timer(after: .milliseconds(5)) { order.append(-1) }
            for milliseconds in [30, 10, 20, 10] {
                _ = reactor.timer(after: .milliseconds(milliseconds)) {
                    let passed = Reactor.monotonicNanoseconds() - began
                    order.append(passed >= UInt64(milliseconds) * 1_000_000 ? milliseconds : -2)
                }
            }
            reactor.cancel(cancelled)
            await reactor.sleep(for: .milliseconds(60))
            return order.value
        }
        #expect(order == [10, 10, 20, 30])
    }

    @Test("a sleep ends early when its task is cancelled")
    func cancelledSleep() async throws {
        let took = try await withReactor { reactor in
            let began = Reactor.monotonicNanoseconds()
            let sleeper = Task(executorPreference: reactor) { await reactor.sleep(for: .seconds(30)) }
            await reactor.sleep(for: .milliseconds(5))
            sleeper.cancel()
            await sleeper.value
            return Reactor.monotonicNanoseconds() - began
        }
        #expect(took < 5_000_000_000)
    }

    @Test("tells a watcher of what its descriptor is ready for, until it is unwatched")
    func watching() async throws {
        try await withReactor { reactor in
            var pair: [Int32] = [0, 0]
            #expect(
                socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &pair)
                    == 0)
            defer { pair.forEach { close($0) } }
            let recorder = Recorder()
            try reactor.watch(pair[0], for: .readable, watcher: recorder)
            #expect(throws: SystemError.self) {
                try reactor.watch(pair[0], for: .readable, watcher: recorder)
            }
            #expect(write(pair[1], "x", 1) == 1)
            try await until(reactor) { recorder.count == 1 }
            reactor.unwatch(pair[0])
            #expect(write(pair[1], "y", 1) == 1)
            await reactor.sleep(for: .milliseconds(20))
            #expect(recorder.count == 1)
        }
    }

    @Test("never gives an event of a closed descriptor to whoever has its number now")
    func staleEvents() async throws {
        try await withReactor { reactor in
            var pairs: [[Int32]] = [[0, 0], [0, 0]]
            for index in pairs.indices {
                #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pairs[index]) == 0)
            }
            let successor = Recorder()
            let descriptors = pairs
            // Whichever of the two is told first closes the other and gives its number to the successor.
            let replace: @Sendable (Int) -> Void = { index in
                let other = descriptors[1 - index][0]
                guard successor.count == 0 else { return }
                reactor.unwatch(other)
                close(other)
                var fresh: [Int32] = [0, 0]
                _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &fresh)
                if fresh[0] == other { try? reactor.watch(other, for: .readable, watcher: successor) }
            }
            for index in pairs.indices {
                try reactor.watch(pairs[index][0], for: .readable, watcher: Recorder { _ in replace(index) })
            }
            for pair in pairs { _ = write(pair[1], "x", 1) }
            await reactor.sleep(for: .milliseconds(20))
            #expect(successor.count == 0)
        }
    }

    @Test("takes jobs from many threads at once and loses none")
    func inbox() async throws {
        let count = try await withReactor { reactor in
            let count = Counter()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2000 {
                    group.addTask { reactor.execute { count.add() } }
                }
            }
            try await until(reactor) { count.value == 2000 }
            return count.value
        }
        #expect(count == 2000)
    }
}

struct TimedOut: Error {}

/// Waits for a condition, at most ten seconds.
func until(_ reactor: Reactor, _ condition: @Sendable () -> Bool) async throws {
    for _ in 0..<10_000 {
        if condition() { return }
        await reactor.sleep(for: .milliseconds(1))
    }
    throw TimedOut()
}
