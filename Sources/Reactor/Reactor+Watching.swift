internal import CLinux

extension Reactor {
    /// Tells `watcher` of the descriptor's readiness, edge-triggered: read or write until `EAGAIN`.
    ///
    /// The reactor keeps the watcher alive until `unwatch`.
    ///
    /// - Parameter level: asks for level-triggered reports, for libraries that do their own reading.
    /// - Throws: when the kernel refuses the descriptor, or it is watched already.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, level: Bool = false, watcher: any Watcher
    ) throws(SystemError) {
        checkIsolated()
        let index = Int(descriptor)
        while watches.count <= index { watches.append(Watch()) }
        generation &+= 1
        try control(EPOLL_CTL_ADD, descriptor, interest, level: level, generation: generation)
        watches[index] = Watch(watcher: watcher, generation: generation)
    }

    /// Changes what a watched descriptor is watched for.
    ///
    /// - Throws: when the descriptor is not watched.
    public func rewatch(_ descriptor: Int32, for interest: Readiness, level: Bool = false) throws(SystemError)
    {
        checkIsolated()
        guard Int(descriptor) < watches.count else { throw SystemError("epoll_ctl", code: ENOENT) }
        let generation = watches[Int(descriptor)].generation
        try control(EPOLL_CTL_MOD, descriptor, interest, level: level, generation: generation)
    }

    /// Forgets a descriptor; to be called before it is closed. Harmless where it is not watched.
    public func unwatch(_ descriptor: Int32) {
        checkIsolated()
        guard Int(descriptor) < watches.count, watches[Int(descriptor)].watcher != nil else { return }
        watches[Int(descriptor)] = Watch()
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, level: Bool, generation: UInt32
    ) throws(SystemError) {
        let mode = level ? 0 : EPOLLET.rawValue
        var event = epoll_event(
            events: interest.rawValue | mode,
            data: epoll_data_t(u64: UInt64(UInt32(descriptor)) << 32 | UInt64(generation)))
        guard epoll_ctl(epoll, operation, descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    }
}
