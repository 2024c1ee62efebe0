internal import Reactor
internal import Synchronization

/// Work that many may want at once and one does: whoever comes while it is under way waits for what it brings.
final class SharedWork<Key: Hashable & Sendable, Brought: Sendable>: Sendable {
    /// At most one for each key.
    private let underWay = Mutex<[Key: Task<Brought, Never>]>([:])

    /// Does the work on a reactor, or waits for somebody else's.
    func run(
        _ key: Key, on reactor: Reactor, _ work: @escaping @Sendable () async -> Brought
    ) async -> Brought {
        let task = underWay.withLock { underWay in
            if let task = underWay[key] { return task }
            let task = Task(executorPreference: reactor) {
                let brought = await work()
                self.underWay.withLock { $0[key] = nil }
                return brought
            }
            underWay[key] = task
            return task
        }
        return await task.value
    }
}
