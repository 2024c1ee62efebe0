extension Timestamp {
    /// The day that it is in on a clock that is always `offset` ahead of UTC: from midnight to the next.
    public func day(offset: Duration) -> Range<Timestamp> {
        let local = self + offset
        let past = local.seconds % 86_400
        let start = Timestamp(seconds: local.seconds - (past < 0 ? past + 86_400 : past)) - offset
        return start..<start + .seconds(86_400)
    }

    /// The calendar month that it is in on such a clock.
    public func month(offset: Duration) -> Range<Timestamp> {
        let date = CalendarTime(self + offset)
        let (year, month) = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        let start = CalendarTime.daysSinceEpoch(year: date.year, month: date.month, day: 1)
        let end = CalendarTime.daysSinceEpoch(year: year, month: month, day: 1)
        return Timestamp(seconds: start * 86_400) - offset..<Timestamp(seconds: end * 86_400) - offset
    }
}
