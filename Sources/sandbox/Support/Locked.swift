internal import Glibc

/// A value behind a lock that sleeps instead of spinning: with many threads on few cores, the spinning of
/// `Synchronization.Mutex` took half of the processor's time.
///
/// Unchecked because the compiler cannot see that the value is touched between lock and unlock alone.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    private let handle: UnsafeMutablePointer<pthread_mutex_t>

    init(_ value: Value) {
        self.value = value
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_mutex_t())
        pthread_mutex_init(handle, nil)
    }

    deinit {
        pthread_mutex_destroy(handle)
        handle.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(handle)
        defer { pthread_mutex_unlock(handle) }
        return try body(&value)
    }
}
