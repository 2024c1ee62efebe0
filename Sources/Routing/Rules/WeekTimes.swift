internal import Core

/// Minutes of the week of UTC, Monday 00:00 being 0, as ranges that are in order and do not touch.
struct WeekTimes: Sendable, Hashable {
    static let minutes = 7 * 1440
    static let always = WeekTimes(merging: [0..<minutes])
    private let ranges: [Range<Int>]

    /// What any of the windows has.
    init(_ windows: [TimeWindow]) {
        var ranges: [Range<Int>] = []
        for window in windows {
            for day in window.days.isEmpty ? Weekday.allCases : window.days {
                let midnight = (Weekday.allCases.firstIndex(of: day) ?? 0) * 1440 - window.zone.offset
                let hours = window.hours ?? TimeWindow.Hours(from: 0, to: 1440)
                let length = hours.to > hours.from ? hours.to - hours.from : hours.to + 1440 - hours.from
                let start = Self.wrapped(midnight + hours.from)
                ranges.append(start..<min(start + length, Self.minutes))
                if start + length > Self.minutes { ranges.append(0..<start + length - Self.minutes) }
            }
        }
        self.init(merging: ranges)
    }

    private init(merging ranges: [Range<Int>]) {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    private static func wrapped(_ minute: Int) -> Int { (minute % minutes + minutes) % minutes }

    /// The minute of the week of a moment. The epoch's day was a Thursday.
    static func minute(of time: Timestamp) -> Int {
        let seconds = time.seconds
        let minute = seconds / 60 - (seconds % 60 < 0 ? 1 : 0)
        return wrapped(Int(minute % Int64(minutes)) + 3 * 1440)
    }

    func contains(_ minute: Int) -> Bool { ranges.contains { $0.contains(minute) } }

    /// Minutes from one that it has to the next that it has not; a week and more where it has all.
    func left(at minute: Int) -> Int? {
        guard let range = ranges.first(where: { $0.contains(minute) }) else { return nil }
        let left = range.upperBound - minute
        guard range.upperBound == Self.minutes, let first = ranges.first, first.lowerBound == 0 else {
            return left
        }
        return left + first.upperBound
    }

    /// Whether it has every minute of another.
    func covers(_ other: WeekTimes) -> Bool {
        other.ranges.allSatisfy { inner in
            ranges.contains { $0.lowerBound <= inner.lowerBound && inner.upperBound <= $0.upperBound }
        }
    }
}
