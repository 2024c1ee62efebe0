internal import CLinux
internal import Synchronization

/// An epoll loop on one thread: the executor of its tasks and actors, its timers and its sockets.
///
/// One reactor runs per core and shares nothing with the others. Everything but `execute`, `enqueue`, `stop` and the
/// making of tasks is to be called on the reactor's own thread, which is checked.
public final class Reactor: TaskExecutor, SerialExecutor, @unchecked Sendable {
    /// For logs, and the thread's name (at most 15 bytes of it).
    public let name: String

    let epoll: Int32
    private let wakeup: Int32
    private let inbox = Inbox()
    private let thread = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)

    // Touched on the loop's thread only.
    private var local: [UnownedJob] = []
    private var draining: [UnownedJob] = []
    var watches: [Watch] = []
    var generation: UInt32 = 0
    var timers = TimerHeap()
    private var turn: UInt64 = 0

    struct Watch {
        var watcher: (any Watcher)?
        var generation: UInt32 = 0
    }

    /// Jobs run in one turn before sockets are looked at again, so that a chain of tasks cannot starve them.
    private static let jobsPerTurnMax = 4096
    /// Events taken from the kernel in one turn.
    private static let eventsPerTurnMax = 512

    /// Makes the descriptors; nothing runs until `start` or `run`.
    ///
    /// - Throws: when the process is out of file descriptors.
    public init(name: String) throws(SystemError) {
        self.name = name
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw SystemError("epoll_create1") }
        wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard wakeup >= 0 else {
            let error = SystemError("eventfd")
            close(epoll)
            throw error
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: .max))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event) == 0 else {
            let error = SystemError("epoll_ctl")
            close(wakeup)
            close(epoll)
            throw error
        }
    }

    deinit {
        close(wakeup)
        close(epoll)
    }

    /// Nanoseconds of the monotonic clock.
    public static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The monotonic clock as it was when this turn of the loop began: free to ask on a hot path.
    public var turnNanoseconds: UInt64 { turn }

    /// Whether the caller is on this reactor's thread.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Starts the loop on a thread of its own.
    ///
    /// - Throws: when no thread can be made.
    public func start() throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // Swift's async frames live on the heap; libraries called from here (OpenSSL, libpq) stay far below this.
        pthread_attr_setstacksize(&attributes, 1 << 20)
        var identity = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&identity, &attributes, { Reactor.enter($0) }, context)
        guard code == 0 else {
            Unmanaged<Reactor>.fromOpaque(context).release()
            throw SystemError("pthread_create", code: code)
        }
    }

    private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let reactor = Unmanaged<Reactor>.fromOpaque(context).takeRetainedValue()
        pthread_setname_np(pthread_self(), String(reactor.name.utf8.prefix(15)) ?? "reactor")
        reactor.run()
        return nil
    }

    /// Runs the loop on the calling thread until `stop`.
    public func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var events = [epoll_event](repeating: epoll_event(), count: Self.eventsPerTurnMax)
        turn = Self.monotonicNanoseconds()
        while !stopping.load(ordering: .relaxed) {
            runJobs()
            let timeout = timeoutMilliseconds()
            let count = events.withUnsafeMutableBufferPointer { buffer in
                epoll_wait(epoll, buffer.baseAddress, Int32(buffer.count), timeout)
            }
            turn = Self.monotonicNanoseconds()
            if count > 0 {
                for index in 0..<Int(count) { dispatch(events[index]) }
            }
            runTimers()
        }
        runJobs()
        thread.store(0, ordering: .relaxed)
    }

    /// Ends the loop after the turn under way. May be called from any thread.
    public func stop() {
        stopping.store(true, ordering: .relaxed)
        wake()
    }

    private func timeoutMilliseconds() -> Int32 {
        if !local.isEmpty || !inbox.isEmpty { return 0 }
        guard let due = timers.earliest else { return -1 }
        if due <= turn { return 0 }
        // Rounded up: waking a moment early would spin.
        return Int32(min((due - turn + 999_999) / 1_000_000, 60_000))
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == .max {
            var count: UInt64 = 0
            _ = read(wakeup, &count, 8)
            return
        }
        let descriptor = Int(event.data.u64 >> 32)
        guard descriptor < watches.count else { return }
        let watch = watches[descriptor]
        // An event of a descriptor that was closed, and maybe given out again, earlier in this turn.
        guard watch.generation == UInt32(truncatingIfNeeded: event.data.u64), let watcher = watch.watcher
        else { return }
        watcher.ready(Readiness(rawValue: event.events))
    }

    // MARK: Executor

    /// Takes a job from any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
            return
        }
        if inbox.put(job) { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeup, &one, 8)
    }

    private func runJobs() {
        inbox.empty(into: &local)
        var budget = Self.jobsPerTurnMax
        while !local.isEmpty, budget > 0 {
            swap(&local, &draining)
            budget -= draining.count
            for job in draining {
                job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            draining.removeAll(keepingCapacity: true)
        }
    }

    /// Lets `assumeIsolated` of this reactor's actors succeed on its thread.
    public func checkIsolated() {
        precondition(isCurrent, "called off the reactor's thread")
    }

    /// Runs a body on the reactor's thread. From any thread.
    public func execute(_ body: @escaping @Sendable () -> Void) {
        Task(executorPreference: self) { body() }
    }

    /// Starts a task that lives on this reactor.
    @discardableResult
    public func spawn<Success: Sendable>(
        _ body: sending @escaping () async -> Success
    ) -> Task<Success, Never> {
        Task(executorPreference: self) { await body() }
    }
}
