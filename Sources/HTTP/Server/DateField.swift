internal import CLinux

/// The Date field line (RFC 9110 section 6.6.1), made anew once a second.
struct DateField {
    private(set) var line: [UInt8] = []
    private var validUntil: UInt64 = 0

    /// - Parameter now: the monotonic clock in nanoseconds; the wall clock is read only when a second has passed by it.
    mutating func refresh(now: UInt64) {
        guard now >= validUntil else { return }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        validUntil = now + 1_000_000_000 - UInt64(time.tv_nsec)
        line = Array("Date: \(Self.text(seconds: time.tv_sec))\r\n".utf8)
    }

    /// IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(seconds: Int) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let day = days[Int(parts.tm_wday)]
        let month = months[Int(parts.tm_mon)]
        return "\(day), \(padded(parts.tm_mday)) \(month) \(1900 + parts.tm_year) "
            + "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)) GMT"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
