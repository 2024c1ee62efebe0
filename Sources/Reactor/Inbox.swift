internal import CLinux

/// Jobs from other threads. Behind a POSIX mutex and not Swift's: the thread sanitizer knows what that one orders.
final class Inbox: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var isSignalled = false

    init() {
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Whether the loop must be woken: not where somebody has done so since it last looked.
    func put(_ job: UnownedJob) -> Bool {
        locked {
            jobs.append(job)
            defer { isSignalled = true }
            return !isSignalled
        }
    }

    /// Moves what is there to the end of `others`.
    func empty(into others: inout [UnownedJob]) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if !jobs.isEmpty {
            others.append(contentsOf: jobs)
            jobs.removeAll(keepingCapacity: true)
        }
        isSignalled = false
    }

    var isEmpty: Bool { locked { jobs.isEmpty } }
}
