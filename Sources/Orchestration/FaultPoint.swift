#if DEBUG
    internal import Glibc
    internal import Synchronization
#endif

/// Places where tests kill the process to see that nothing is lost. Nothing at all in release builds.
///
/// `CAUSEWAY_FAULT=name` ends the process (SIGKILL, so that nothing is flushed or rolled back politely) when `name` is
/// passed for the first time, `CAUSEWAY_FAULT=name:3` at the third time.
enum FaultPoint {
    #if DEBUG
        private struct Armed {
            var name: String
            var passagesLeft: Int
        }

        private static let armed = Mutex<Armed?>(fromEnvironment())

        private static func fromEnvironment() -> Armed? {
            guard let value = getenv("CAUSEWAY_FAULT") else { return nil }
            let parts = String(cString: value).split(separator: ":", maxSplits: 1)
            guard let name = parts.first else { return nil }
            return Armed(name: String(name), passagesLeft: parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
        }

        /// Marks a place.
        static func reached(_ name: StaticString) {
            let dies = armed.withLock { armed in
                guard armed?.name == name.description else { return false }
                armed?.passagesLeft -= 1
                return armed?.passagesLeft == 0
            }
            if dies { kill(getpid(), SIGKILL) }
        }
    #else
        /// Marks a place.
        @inline(__always)
        static func reached(_ name: StaticString) {}
    #endif
}
