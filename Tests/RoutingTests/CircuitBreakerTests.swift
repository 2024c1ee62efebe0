import Core
import Routing
import Testing

/// A breaker, its settings and its time, which goes on by a second with each outcome.
struct BreakerBench {
    var breaker = CircuitBreaker()
    var settings = BreakerSettings()
    var now = Timestamp(seconds: 1000)

    /// Each outcome's attempt began a second before.
    mutating func record(_ events: CircuitBreaker.Event..., times: Int = 1) {
        for _ in 0..<times {
            for event in events {
                breaker.record(event, at: now + .seconds(1), begun: now, settings)
                wait(1)
            }
        }
    }

    mutating func wait(_ seconds: Int) { now = now + .seconds(seconds) }

    var position: CircuitBreaker.Position { breaker.position(at: now, settings) }
}

@Suite("A breaker")
struct CircuitBreakerTests {
    @Test("opens by five failures in a row, lost answers among them, and says so")
    func consecutive() {
        var bench = BreakerBench()
        bench.record(.failure, times: 4)
        bench.record(.success)
        bench.record(.failure, .timeout, times: 2)
        #expect(bench.position == .closed)
        bench.record(.failure)
        #expect(bench.position == .open)
        #expect(bench.breaker.opening?.why == "5 failures in a row, 2 by lost answers")
        #expect(bench.breaker.opening?.since == bench.now)
        #expect(bench.breaker.triesAt(bench.settings) == bench.now + .seconds(10))
    }

    @Test("opens by half of at least ten outcomes, and never by a success")
    func rate() {
        var bench = BreakerBench()
        bench.record(.success, .failure, times: 4)
        bench.record(.timeout)
        #expect(bench.position == .closed, "nine are too few")
        bench.record(.success)
        #expect(bench.position == .closed)
        bench.record(.failure)
        #expect(bench.position == .open)
        #expect(bench.breaker.opening?.why == "6 of the last 11 failed, 1 by lost answers")
    }

    @Test("does not open by less than half, however long that goes on")
    func belowRate() {
        var bench = BreakerBench()
        for _ in 0..<100 { bench.record(.success, .success, .failure) }
        #expect(bench.position == .closed)
    }

    @Test("forgets what is old in the share, and never in a row")
    func ages() {
        var bench = BreakerBench()
        bench.record(.success, .failure, times: 4)
        bench.record(.success)
        bench.wait(301)
        bench.record(.failure, times: 4)
        #expect(bench.position == .closed)
        bench.wait(100_000)
        bench.record(.failure)
        #expect(bench.position == .open)
    }

    @Test("is half-open after ten seconds, and doubles the pause with each failed trial up to five minutes")
    func pauses() {
        var bench = BreakerBench()
        bench.record(.failure, times: 5)
        for pause in [10, 20, 40, 80, 160, 300, 300] {
            bench.wait(pause - 1)
            #expect(bench.position == .open)
            bench.wait(1)
            #expect(bench.position == .halfOpen)
            bench.record(.failure)
            #expect(bench.position == .open)
        }
        #expect(bench.breaker.opening?.why == "5 failures in a row; 7 failed when tried again")
        #expect(bench.breaker.opening?.since == Timestamp(seconds: 1005))
    }

    @Test("is closed by three successes in a row, which a failure interrupts, and begins anew then")
    func closes() {
        var bench = BreakerBench()
        bench.record(.failure, times: 5)
        bench.wait(10)
        bench.record(.success, times: 2)
        #expect(bench.position == .halfOpen)
        bench.record(.timeout)
        #expect(bench.position == .open)
        bench.wait(20)
        bench.record(.success, times: 3)
        #expect(bench.position == .closed && bench.breaker.opening == nil)
        bench.record(.failure, times: 4)
        #expect(bench.position == .closed, "older failures are forgotten")
        bench.record(.failure)
        #expect(bench.breaker.triesAt(bench.settings) == bench.now + .seconds(10), "and so is the long pause")
    }

    @Test("takes nothing of what was on its way when it opened")
    func inFlight() {
        var bench = BreakerBench()
        let before = bench.now
        bench.record(.failure, times: 5)
        let open = bench.breaker
        for event in [CircuitBreaker.Event.failure, .success, .success, .success] {
            bench.breaker.record(event, at: bench.now + .seconds(60), begun: before, bench.settings)
        }
        #expect(bench.breaker == open)
    }

    @Test("is half-open early where the provider says it works, and only the first time")
    func health() {
        var bench = BreakerBench()
        bench.record(.failure, times: 5)
        let opened = bench.now
        func position(healthyAt: Timestamp) -> CircuitBreaker.Position {
            bench.breaker.position(at: bench.now, healthyAt: healthyAt, bench.settings)
        }
        #expect(position(healthyAt: opened) == .open, "what was said before it opened says nothing")
        bench.wait(2)
        #expect(position(healthyAt: opened + .seconds(1)) == .halfOpen)
        bench.record(.failure)
        bench.wait(2)
        #expect(position(healthyAt: bench.now) == .open)
        bench.wait(18)
        #expect(position(healthyAt: opened) == .halfOpen)
    }

    @Test("takes a success of a payin that had nobody else for a trial")
    func lastResort() {
        var bench = BreakerBench()
        bench.record(.failure, times: 5)
        bench.record(.success)
        #expect(bench.position == .halfOpen)
        bench.record(.success, times: 2)
        #expect(bench.position == .closed)
    }

    @Test("is closed by a reset, which is done once, and takes nothing of what was begun before")
    func reset() {
        var bench = BreakerBench()
        bench.record(.failure, times: 5)
        bench.wait(1)
        let time = bench.now
        bench.breaker.reset(at: time)
        #expect(bench.position == .closed)
        for _ in 0..<9 {
            bench.breaker.record(
                .failure, at: bench.now, begun: time - .microseconds(1), bench.settings)
        }
        #expect(bench.position == .closed)
        bench.record(.failure, times: 5)
        bench.breaker.reset(at: time)
        #expect(bench.position == .open)
    }

    @Test("goes by its settings")
    func settings() {
        var bench = BreakerBench()
        bench.settings = BreakerSettings([
            "consecutiveFailures": 2, "pauseSeconds": 60, "pauseSecondsMax": 90, "successes": 1, "trials": 0,
        ])
        bench.record(.failure, times: 2)
        bench.wait(59)
        #expect(bench.position == .open)
        bench.wait(1)
        bench.record(.failure)
        #expect(bench.breaker.triesAt(bench.settings) == bench.now + .seconds(90))
        bench.record(.success)
        #expect(bench.position == .closed)
    }
}
