internal import Glibc

/// The signals that end the process, taken by one thread.
final class Signals {
    private var set = sigset_t()
    /// The number of the last one.
    private(set) var last: Int32 = 0

    /// Blocks them for this thread and all that it starts. A peer that went away is an error of a write, not a signal.
    init() {
        signal(SIGPIPE, SIG_IGN)
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Sleeps until one comes; gives its name.
    func wait() -> String {
        while sigwait(&set, &last) != 0 {}
        return last == SIGINT ? "SIGINT" : "SIGTERM"
    }
}
