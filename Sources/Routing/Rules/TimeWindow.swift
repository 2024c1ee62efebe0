/// A day of the week.
public enum Weekday: String, Sendable, Hashable, CaseIterable {
    /// In the order of ISO 8601.
    case mon, tue, wed, thu, fri, sat, sun
}

/// A time of some days of the week, on the clock of a zone.
public struct TimeWindow: Sendable, Hashable {
    /// Whose clock.
    public var zone: Zone
    /// The days on which it begins; empty is every day.
    public var days: [Weekday]
    /// When; nil is all day. Both ends in minutes after midnight, the second not included; where it is not after the
    /// first, it is on the next day.
    public var hours: Hours?

    /// A time of day.
    public struct Hours: Sendable, Hashable {
        /// 0 to 1439.
        public var from: Int
        /// 1 to 1440, and never `from`.
        public var to: Int

        /// A time of day.
        public init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    /// A window.
    public init(zone: Zone, days: [Weekday], hours: Hours?) {
        self.zone = zone
        self.days = days
        self.hours = hours
    }
}

/// A zone whose clock is never changed.
///
/// The countries of every method have had no daylight saving for decades (IANA tz 2025b, files `asia` and `africa`), so
/// no table of zones is needed; a zone that has it is refused.
public struct Zone: Sendable, Hashable {
    /// As it is written.
    public let text: String
    /// Minutes ahead of UTC.
    public let offset: Int

    /// Zones by name.
    public static let named = [
        ("UTC", 0), ("Asia/Bangkok", 420), ("Asia/Phnom_Penh", 420), ("Africa/Nairobi", 180),
    ]

    /// Reads a name, or an offset from `-12:00` to `+14:00`.
    public init?(_ text: String) {
        guard let offset = Self.named.first(where: { $0.0 == text })?.1 ?? Self.offset(text) else {
            return nil
        }
        self.text = text
        self.offset = offset
    }

    private static func offset(_ text: String) -> Int? {
        let isBehind = text.hasPrefix("-")
        guard isBehind || text.hasPrefix("+"),
            let minutes = TimeOfDay.minutes(text.dropFirst()), minutes <= (isBehind ? 720 : 840)
        else { return nil }
        return isBehind ? -minutes : minutes
    }
}

/// `09:30`.
enum TimeOfDay {
    static let minutesMax = 1440

    /// Minutes after midnight; `24:00` is the end of the day.
    static func minutes(_ text: some StringProtocol) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }), digits[2] < 6 else { return nil }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        return minutes <= minutesMax ? minutes : nil
    }

    static func text(_ minutes: Int) -> String {
        [minutes / 60, minutes % 60].map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
    }
}
