/// A moment: microseconds since 1970-01-01T00:00:00Z, which is what PostgreSQL keeps.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch.
    public let microseconds: Int64

    /// From microseconds since the epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// From whole seconds since the epoch.
    public init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

    /// Whole seconds since the epoch, towards the past.
    public var seconds: Int64 { Self.floor(microseconds, 1_000_000) }

    /// Whole milliseconds since the epoch, towards the past.
    public var milliseconds: Int64 { Self.floor(microseconds, 1000) }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        value / unit - (value % unit < 0 ? 1 : 0)
    }

    /// Earlier is less.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Later by a duration, to the microsecond.
    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds + right.microseconds)
    }

    /// Earlier by a duration, to the microsecond.
    public static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(microseconds: left.microseconds - right.microseconds)
    }

    /// The time from another moment to this one.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-22T08:00:00.000Z`.
    public var iso8601: String {
        let date = CalendarTime(self)
        let fraction = Int(milliseconds - seconds * 1000)
        // Four of them stand in every order that is answered: digits are put in their places, without small strings.
        guard (0...9999).contains(date.year) else {
            return date.text + "." + CalendarTime.padded(fraction, 3) + "Z"
        }
        return String(unsafeUninitializedCapacity: 24) { buffer in
            let template: StaticString = "0000-00-00T00:00:00.000Z"
            for index in 0..<24 { buffer[index] = template.utf8Start[index] }
            let fields = [
                (date.year, 4, 0), (date.month, 2, 5), (date.day, 2, 8), (date.secondOfDay / 3600, 2, 11),
                (date.secondOfDay / 60 % 60, 2, 14), (date.secondOfDay % 60, 2, 17), (fraction, 3, 20),
            ]
            for (value, width, place) in fields {
                var rest = value
                for index in stride(from: place + width - 1, through: place, by: -1) {
                    buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
            }
            return 24
        }
    }

    /// Reads RFC 3339 (`2026-11-22T15:00:00.5+07:00`), years 1970 to 9999, at most nine decimals, those
    /// past microseconds dropped.
    public init?(iso8601 text: String) {
        var scanner = CalendarScanner(text)
        guard let value = scanner.rfc3339() else { return nil }
        self = value
    }

    /// Reads `yyyy-MM-dd HH:mm:ss` as wall time of a zone that is `offset` ahead of UTC.
    public init?(wallTime text: String, offset: Duration) {
        var scanner = CalendarScanner(text)
        guard let value = scanner.wallTime(separator: UInt8(ascii: " ")), scanner.isAtEnd else { return nil }
        self = value - offset
    }
}

extension Duration {
    /// Whole microseconds, towards zero.
    public var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Whole milliseconds, towards zero.
    public var milliseconds: Int64 { microseconds / 1000 }
}

/// Tells the time. Injected, so that tests can stop it.
public struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A clock that asks `read`.
    public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The time now.
    public func now() -> Timestamp { read() }
}

/// The fields of a date in the Gregorian calendar, UTC.
struct CalendarTime {
    var year: Int
    var month: Int
    var day: Int
    var secondOfDay: Int

    /// Days to a civil date after Howard Hinnant's `civil_from_days`: eras of 400 years that begin in March.
    init(_ time: Timestamp) {
        let seconds = time.seconds
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        secondOfDay = Int(seconds - days * 86_400)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let year = Int64(month <= 2 ? year - 1 : year)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    var text: String {
        let time = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { Self.padded($0, 2) }
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) + "T"
            + time.joined(separator: ":")
    }
}

struct CalendarScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    private mutating func number(_ width: Int, _ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(width)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return range.contains(value) ? value : nil
    }

    private mutating func take(_ bytes: UInt8...) -> UInt8? {
        guard let first = rest.first, bytes.contains(first) else { return nil }
        rest = rest.dropFirst()
        return first
    }

    mutating func wallTime(separator: UInt8) -> Timestamp? {
        guard let year = number(4, 1970...9999), take(UInt8(ascii: "-")) != nil,
            let month = number(2, 1...12), take(UInt8(ascii: "-")) != nil, let day = number(2, 1...31),
            day <= Self.daysIn(month, year), take(separator, separator | 0x20) != nil,
            let hour = number(2, 0...23), take(UInt8(ascii: ":")) != nil, let minute = number(2, 0...59),
            take(UInt8(ascii: ":")) != nil, let second = number(2, 0...60)
        else { return nil }
        let days = CalendarTime.daysSinceEpoch(year: year, month: month, day: day)
        return Timestamp(seconds: days * 86_400 + Int64(hour * 3600 + minute * 60 + second))
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    mutating func rfc3339() -> Timestamp? {
        guard let whole = wallTime(separator: UInt8(ascii: "T")) else { return nil }
        var microseconds = whole.microseconds
        if take(UInt8(ascii: ".")) != nil {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, digits.count <= 9 else { return nil }
            rest = rest.dropFirst(digits.count)
            var unit: Int64 = 100_000
            for digit in digits.prefix(6) {
                microseconds += Int64(digit - 0x30) * unit
                unit /= 10
            }
        }
        guard let zone = take(UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"))
        else {
            return nil
        }
        if zone == UInt8(ascii: "+") || zone == UInt8(ascii: "-") {
            guard let hours = number(2, 0...23), take(UInt8(ascii: ":")) != nil,
                let minutes = number(2, 0...59)
            else { return nil }
            let offset = Int64(hours * 3600 + minutes * 60) * 1_000_000
            microseconds += zone == UInt8(ascii: "+") ? -offset : offset
        }
        return isAtEnd ? Timestamp(microseconds: microseconds) : nil
    }
}
