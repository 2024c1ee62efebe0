import Core
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "reads RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2024-01-01T12:05:00.000Z", 1_704_110_700_000_000),
            ("2024-02-29T23:59:59.999999Z", 1_709_251_199_999_999),
            ("2026-11-22T15:00:00.5+07:00", 1_795_334_400_500_000),
            ("2000-03-01t00:00:00z", 951_868_800_000_000),
            ("2026-11-22T08:00:00-00:30", 1_795_336_200_000_000),
            ("1970-01-01T00:00:00.123456789Z", 123_456), ("1970-01-01T00:00:00+00:01", -60_000_000),
            ("1998-12-31T23:59:60Z", 915_148_800_000_000),
        ])
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(
        "refuses anything else",
        arguments: [
            "", "2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2024-04-31T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00.1234567890Z",
            "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+7:00", "2024-01-01T00:00:00+0700",
            "1969-12-31T23:59:59Z",
            "20240101T000000Z", "2024-01-01X00:00:00Z", "２024-01-01T00:00:00Z", "2024-01-01T00:00:00+24:00",
            "Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test(
        "reads wall time of a zone",
        arguments: [
            ("2024-03-01 23:59:59", "2024-03-01T20:59:59.000Z"),
            ("2024-01-01 00:00:00", "2023-12-31T21:00:00.000Z"),
            ("2024-03-01 02:59:59", "2024-02-29T23:59:59.000Z"),
        ])
    func wallTime(text: String, utc: String) {
        #expect(Timestamp(wallTime: text, offset: .seconds(3 * 3600))?.iso8601 == utc)
    }

    @Test(
        "refuses other wall times",
        arguments: [
            "2024-03-01T23:59:59", "2024-03-01 23:59", "2024-03-01 23:59:59Z", "2024-03-01  23:59:59", "",
        ])
    func refusesWallTime(text: String) {
        #expect(Timestamp(wallTime: text, offset: .zero) == nil)
    }

    @Test("writes what it reads, at any time from 1970 to 9999")
    func roundTrip() {
        for _ in 0..<5000 {
            let time = Timestamp(microseconds: .random(in: 0...253_402_300_799_999) * 1000)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    @Test("every day of four centuries follows the one before")
    func days() {
        var previous = Timestamp(seconds: 0).iso8601
        var isSound = true
        for day in 1..<146_097 {
            let text = Timestamp(seconds: Int64(day) * 86_400).iso8601
            isSound = isSound && previous < text && text.hasSuffix("T00:00:00.000Z")
            previous = text
        }
        #expect(isSound && previous == "2369-12-31T00:00:00.000Z")
    }

    @Test("counts towards the past, before 1970 too")
    func past() {
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1).milliseconds == -1)
        #expect(Timestamp(microseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
        #expect(Timestamp(microseconds: 1999).milliseconds == 1)
        #expect(!Timestamp(microseconds: .min).iso8601.isEmpty)
        #expect(!Timestamp(microseconds: .max).iso8601.isEmpty)
    }

    @Test("adds and subtracts durations")
    func arithmetic() {
        let time = Timestamp(seconds: 100)
        #expect(time + .milliseconds(1500) == Timestamp(microseconds: 101_500_000))
        #expect(time - .seconds(1) == Timestamp(seconds: 99))
        #expect(time - Timestamp(seconds: 40) == .seconds(60))
        #expect(Timestamp(seconds: 1) < Timestamp(seconds: 2))
        #expect(Duration.milliseconds(1500).milliseconds == 1500)
    }
}
