public import Core
public import JSON

/// When an account is out of use by plan: every week, and once.
public struct Maintenance: Sendable, Hashable {
    /// As they were written.
    public let windows: [Window]
    private let weekly: WeekTimes?
    private let once: [Once]

    /// A time in which the account takes no payment.
    public enum Window: Sendable, Hashable {
        /// Every week.
        case weekly(TimeWindow)
        /// Once.
        case once(Once)
    }

    /// A single time out of use.
    public struct Once: Sendable, Hashable {
        /// From when until when.
        public let range: Range<Timestamp>
        /// For people.
        public let why: String?

        /// A time.
        public init(_ range: Range<Timestamp>, why: String? = nil) {
            self.range = range
            self.why = why
        }
    }

    /// What holds at a moment within a window.
    public struct Current: Sendable, Hashable {
        /// When the account is in use again; nil is not within a year.
        public let until: Timestamp?
        /// For people.
        public let why: String?
    }

    /// Always in use.
    public static let none = Maintenance([])

    /// Out of use in any of these.
    public init(_ windows: [Window]) {
        self.windows = windows
        let weekly = windows.compactMap { if case .weekly(let window) = $0 { window } else { nil } }
        self.weekly = weekly.isEmpty ? nil : WeekTimes(weekly)
        once = windows.compactMap { if case .once(let window) = $0 { window } else { nil } }
    }

    /// Whether the account is out of use.
    public func contains(_ time: Timestamp) -> Bool {
        if windows.isEmpty { return false }
        return weekly?.contains(WeekTimes.minute(of: time)) ?? false || once.contains { $0.range ~= time }
    }

    /// Until when it is out of use, windows that follow one another taken together, and why; nil where it is not.
    public func current(at time: Timestamp) -> Current? {
        guard contains(time) else { return nil }
        let why = once.first { $0.range ~= time }?.why
        var end = time
        while contains(end) {
            guard end - time < .seconds(366 * 86_400) else { return Current(until: nil, why: why) }
            end = max(
                once.filter { $0.range ~= end }.map(\.range.upperBound).max() ?? end,
                endOfWeekly(at: end) ?? end)
        }
        return Current(until: end, why: why)
    }

    private func endOfWeekly(at time: Timestamp) -> Timestamp? {
        guard let left = weekly?.left(at: WeekTimes.minute(of: time)) else { return nil }
        let minute = Timestamp(seconds: time.seconds / 60 * 60)
        return minute + .seconds(left * 60)
    }

    /// As it is written.
    public var json: JSON { .array(windows.map(\.json)) }

    /// Reads an account's windows.
    ///
    /// - Throws: every problem, with pointers that begin with `pointer`.
    public static func read(_ elements: [JSON], at pointer: String) throws(LimitProblems) -> Maintenance {
        let problems = Problems()
        let windows = elements.enumerated().compactMap { Window($1, at: "\(pointer)/\($0)", problems) }
        guard problems.list.isEmpty else { throw LimitProblems(list: problems.list) }
        return Maintenance(windows)
    }
}

extension Maintenance.Window {
    fileprivate var json: JSON {
        switch self {
        case .weekly(let window): return window.json
        case .once(let once):
            var object: JSONObject = [
                "from": .string(once.range.lowerBound.iso8601),
                "until": .string(once.range.upperBound.iso8601),
            ]
            object["why"] = once.why.map(JSON.string)
            return .object(object)
        }
    }

    /// One with `until` is of a single time, any other one of every week.
    fileprivate init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        guard json.objectValue?["until"] != nil else {
            guard let window = TimeWindow(json, at: pointer, problems) else { return nil }
            self = .weekly(window)
            return
        }
        var reader = ObjectReader(json, at: pointer, problems)
        let form = "a time as RFC 3339 has it, such as \"2026-11-28T01:00:00+07:00\""
        let from = reader.required("from", form) { Timestamp(iso8601: $0) }
        let until = reader.required("until", form) { Timestamp(iso8601: $0) }
        let why = reader.text("why", "a line of 1 to 200 characters") {
            Words.isLine($0, 1...200) ? $0 : nil
        }
        reader.finish()
        guard let from, let until else { return nil }
        guard from < until else {
            reader.report("until", "is not after from, so that no time is meant; make it later")
            return nil
        }
        self = .once(Maintenance.Once(from..<until, why: why))
    }
}
