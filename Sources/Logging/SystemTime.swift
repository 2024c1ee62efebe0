public import Core
internal import Glibc

/// The machine's clock.
public enum SystemTime {
    /// The time now, by CLOCK_REALTIME.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// The same, to be injected.
    public static let clock = WallClock(now)
}
