import Core
import JSON
import TestSupport
import Testing

@testable import Routing

@Suite("Limits of accounts")
struct LimitsTests {
    static func elements(_ text: String) throws -> [JSON] { try #require(try JSON.parse(text).arrayValue) }

    @Test("caps are read in full and written as they were")
    func caps() throws {
        let text =
            #"[{"method":"THB_QR","per":"day","amount":"500000.00","payments":2000},{"method":"KHR_KHQR","per":"month","amount":"7000"}]"#
        let caps = try Cap.list(Self.elements(text), at: "")
        #expect(
            caps == [
                Cap(.thbQR, per: .day, amount: 50_000_000, payments: 2000),
                Cap(.khrKHQR, per: .month, amount: 7000),
            ])
        #expect(String(decoding: JSON.array(caps.map(\.json)).compact(), as: UTF8.self) == text)
    }

    @Test(
        "a cap that is wrong is refused with its place",
        arguments: [
            (#"[{}]"#, "/0/method"), (#"[{"method":"THB_QR","per":"week","payments":1}]"#, "/0/per"),
            (#"[{"method":"THB_QR","per":"day"}]"#, "/0"), (#"[3]"#, "/0"),
            (#"[{"method":"THB_QR","per":"day","payments":0}]"#, "/0/payments"),
            (#"[{"method":"THB_QR","per":"day","amount":"0.00"}]"#, "/0/amount"),
            (#"[{"method":"THB_QR","per":"day","amount":"1.001"}]"#, "/0/amount"),
            (#"[{"method":"THB_QR","per":"day","payments":1,"odd":1}]"#, "/0/odd"),
            (
                #"[{"method":"THB_QR","per":"day","payments":1},{"method":"THB_QR","per":"day","payments":2}]"#,
                "/1"
            ),
        ])
    func badCap(_ text: String, _ place: String) throws {
        let elements = try Self.elements(text)
        #expect { _ = try Cap.list(elements, at: "") } throws: {
            ($0 as? LimitProblems)?.list.contains { $0.pointer == place } == true
        }
    }

    @Test("days and months begin by the provider's clock")
    func periods() throws {
        let time = { (text: String) in try #require(Timestamp(iso8601: text)) }
        let bangkok = Duration.seconds(7 * 3600)
        let day = Cap.Period.day.range(at: try time("2026-12-31T16:59:59.999Z"), offset: bangkok)
        #expect(day.lowerBound == (try time("2026-12-30T17:00:00Z")))
        #expect(day.upperBound == (try time("2026-12-31T17:00:00Z")))
        let month = Cap.Period.month.range(at: try time("2026-12-31T17:00:00Z"), offset: bangkok)
        #expect(month.lowerBound == (try time("2026-12-31T17:00:00Z")))
        #expect(month.upperBound == (try time("2027-01-31T17:00:00Z")))
        let february = Cap.Period.month.range(at: try time("2028-02-29T23:00:00Z"), offset: .zero)
        #expect(february.upperBound == (try time("2028-03-01T00:00:00Z")))
        var random = SeededGenerator()
        for _ in 0..<1000 {
            let moment = Timestamp(seconds: .random(in: 0..<4_000_000_000, using: &random))
            for period in Cap.Period.allCases {
                let range = period.range(at: moment, offset: bangkok)
                #expect(range.contains(moment), "seed \(random.seed)")
                #expect(period.range(at: range.lowerBound, offset: bangkok) == range, "seed \(random.seed)")
                #expect(
                    period.range(at: range.upperBound, offset: bangkok).lowerBound == range.upperBound,
                    "seed \(random.seed)")
            }
        }
    }

    @Test("maintenance is every week or once, and ends when all that follow one another have")
    func maintenance() throws {
        let text =
            #"[{"zone":"Asia/Bangkok","days":["sun"],"from":"23:00","to":"01:00"},"#
            + #"{"from":"2026-11-29T18:00:00.000Z","until":"2026-11-29T20:00:00.000Z","why":"a move"}]"#
        let maintenance = try Maintenance.read(Self.elements(text), at: "")
        #expect(String(decoding: maintenance.json.compact(), as: UTF8.self) == text)
        let at = { (text: String) in maintenance.current(at: try #require(Timestamp(iso8601: text))) }
        // Sunday 2026-11-29, 23:00 to 01:00 in Bangkok is 16:00 to 18:00 of UTC.
        #expect(try at("2026-11-29T15:59:59Z") == nil)
        let current = try #require(try at("2026-11-29T16:00:30Z"))
        #expect(current.until == Timestamp(iso8601: "2026-11-29T20:00:00Z") && current.why == nil)
        #expect(try at("2026-11-29T19:00:00Z")?.why == "a move")
        #expect(try at("2026-11-29T20:00:00Z") == nil)
        #expect(try at("2026-12-06T17:59:59Z")?.until == Timestamp(iso8601: "2026-12-06T18:00:00Z"))
        let always = try Maintenance.read(Self.elements(#"[{"zone":"UTC"}]"#), at: "")
        let now = Timestamp(seconds: 1_800_000_000)
        #expect(always.contains(now) && always.current(at: now)?.until == nil)
        #expect(!Maintenance.none.contains(now))
    }

    @Test(
        "a window that is wrong is refused with its place",
        arguments: [
            (#"[{"from":"2026-11-29T18:00:00Z","until":"2026-11-29T18:00:00Z"}]"#, "/0/until"),
            (#"[{"until":"2026-11-29T18:00:00Z"}]"#, "/0/from"), (#"[{"zone":"Mars"}]"#, "/0/zone"),
            (#"[{"from":"09:00","to":"10:00"}]"#, "/0/zone"),
            (#"[{"from":"2026-11-29","until":"2026-11-29T18:00:00Z","zone":"UTC"}]"#, "/0/zone"),
        ])
    func badWindow(_ text: String, _ place: String) throws {
        let elements = try Self.elements(text)
        #expect { _ = try Maintenance.read(elements, at: "") } throws: {
            ($0 as? LimitProblems)?.list.contains { $0.pointer == place } == true
        }
    }
}
