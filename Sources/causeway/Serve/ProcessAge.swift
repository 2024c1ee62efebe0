internal import Glibc

/// How long ago the process was started.
enum ProcessAge {
    /// By the kernel's own record (proc_pid_stat(5), field 22), which counts in hundredths of a second.
    static func milliseconds() -> Int64 {
        let stat = (try? Files.read("/proc/self/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        // The program's name, in parentheses, may hold spaces.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        guard fields.count > 20, let ticks = Int64(fields[20]), ticksPerSecond > 0 else { return 0 }
        let started = ticks * 1000 / ticksPerSecond
        return max(0, Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000 - started)
    }
}
