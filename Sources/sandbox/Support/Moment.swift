internal import Glibc

/// A moment on the wall clock, in milliseconds since 1970.
struct Moment: Sendable, Comparable {
    var milliseconds: Int64

    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    var seconds: Int64 { milliseconds / 1000 }

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }
    static func + (left: Moment, milliseconds: Int64) -> Moment {
        Moment(milliseconds: left.milliseconds + milliseconds)
    }

    /// "2024-01-01T12:05:00.000Z", as JavaScript's `toISOString`.
    var iso: String {
        let (date, time) = parts(offsetSeconds: 0)
        return "\(date)T\(time).\(padded(milliseconds % 1000, to: 3))Z"
    }

    /// "2024-03-01 23:59:59" in East Africa Time (UTC+3, no daylight saving).
    var eastAfrica: String {
        let (date, time) = parts(offsetSeconds: 3 * 3600)
        return "\(date) \(time)"
    }

    /// "240301" in East Africa Time: part of HaiPay's order numbers.
    var compactDate: String {
        String(parts(offsetSeconds: 3 * 3600).date.filter { $0 != "-" }.suffix(6))
    }

    private func parts(offsetSeconds: Int64) -> (date: String, time: String) {
        var clock = time_t(seconds + offsetSeconds)
        var fields = tm()
        gmtime_r(&clock, &fields)
        let date = [
            padded(Int64(fields.tm_year) + 1900, to: 4), padded(Int64(fields.tm_mon) + 1, to: 2),
            padded(Int64(fields.tm_mday), to: 2),
        ]
        let time = [fields.tm_hour, fields.tm_min, fields.tm_sec].map { padded(Int64($0), to: 2) }
        return (date.joined(separator: "-"), time.joined(separator: ":"))
    }
}

/// A number with leading zeros.
func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
