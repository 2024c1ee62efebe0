import Core
import JSON
import Testing

@testable import Routing

@Suite("A rule")
struct RuleMatchingTests {
    /// Whether a rule with these conditions matches.
    static func matches(_ when: String, _ question: RoutingQuestion) throws -> Bool {
        let plan = try Town.plan(
            #"{"format": 1, "rules": [{"name": "r", "strategy": "fastest", "when": \#(when)}]}"#)
        return Router.decide(question, among: [], by: plan).rule == "r"
    }

    @Test(
        "matches by every kind of condition",
        arguments: [
            ("{}", true),
            (#"{"merchants": ["bank", "shop"]}"#, true), (#"{"merchants": ["bank"]}"#, false),
            (#"{"merchants": ["\#(Town.shop.id.text(.merchant))"]}"#, true),
            (#"{"apps": ["shop/web"]}"#, true), (#"{"apps": ["shop/till"]}"#, false),
            (#"{"apps": ["\#(Town.web.id.text(.app))"]}"#, true),
            (#"{"currencies": ["THB"]}"#, true), (#"{"currencies": ["KES"]}"#, false),
            (#"{"directions": ["payin"]}"#, true), (#"{"directions": ["payout"]}"#, false),
            (#"{"methods": ["THB_QR"]}"#, true), (#"{"methods": ["THB_BANK_TRANSFER"]}"#, false),
            (#"{"amount": {"currency": "THB", "minimum": "1000.00"}}"#, true),
            (#"{"amount": {"currency": "THB", "minimum": "1000.01"}}"#, false),
            (#"{"amount": {"currency": "THB", "maximum": "1000.00"}}"#, true),
            (#"{"amount": {"currency": "THB", "maximum": "999.99"}}"#, false),
            (#"{"amount": {"currency": "KES", "minimum": "1.00"}}"#, false),
            (#"{"banks": ["SCB", "KBANK"]}"#, true), (#"{"banks": ["kbank"]}"#, false),
            (#"{"metadata": {"n": ["1.50"], "vip": true, "none": false}}"#, true),
            (#"{"metadata": {"n": ["1.5"]}}"#, false), (#"{"metadata": {"vip": false}}"#, false),
            (#"{"metadata": {"none": true}}"#, false), (#"{"metadata": {"none": [""]}}"#, false),
            (#"{"customers": {"from": 0, "to": 99}}"#, true),
            (#"{"currencies": ["THB"], "directions": ["payout"]}"#, false),
        ])
    func conditions(_ when: String, _ expected: Bool) throws {
        var question = Town.question()
        (question.bank, question.customer) = ("KBANK", "customer-7")
        question.metadata = [.init("n", "1.50"), .init("vip", "true")]
        #expect(try Self.matches(when, question) == expected)
    }

    @Test("with a condition on what a payment does not have does not match it")
    func missing() throws {
        #expect(try !Self.matches(#"{"banks": ["KBANK"]}"#, Town.question()))
        #expect(try !Self.matches(#"{"customers": {"from": 0, "to": 99}}"#, Town.question()))
    }

    @Test(
        "matches by the clock of its zone",
        arguments: [
            // 2026-11-27 is a Friday.
            (#"{"zone": "Asia/Bangkok", "days": ["fri"]}"#, "2026-11-26T17:00:00Z", true),
            (#"{"zone": "Asia/Bangkok", "days": ["fri"]}"#, "2026-11-26T16:59:59.999Z", false),
            (#"{"zone": "Asia/Phnom_Penh", "days": ["fri"]}"#, "2026-11-27T16:59:59Z", true),
            (#"{"zone": "Asia/Phnom_Penh", "days": ["fri"]}"#, "2026-11-27T17:00:00Z", false),
            (#"{"zone": "Africa/Nairobi", "from": "09:00", "to": "17:00"}"#, "2026-11-27T06:00:00Z", true),
            (#"{"zone": "Africa/Nairobi", "from": "09:00", "to": "17:00"}"#, "2026-11-27T14:00:00Z", false),
            (#"{"zone": "-03:30", "from": "00:00", "to": "00:01"}"#, "2026-11-27T03:30:59Z", true),
            (#"{"zone": "-03:30", "from": "00:00", "to": "00:01"}"#, "2026-11-27T03:31:00Z", false),
            (
                #"{"zone": "UTC", "days": ["sun"], "from": "22:00", "to": "02:00"}"#, "2026-11-30T01:59:59Z",
                true
            ),
            (
                #"{"zone": "UTC", "days": ["sun"], "from": "22:00", "to": "02:00"}"#, "2026-11-30T02:00:00Z",
                false
            ),
            (
                #"{"zone": "UTC", "days": ["sun"], "from": "22:00", "to": "02:00"}"#, "2026-11-29T01:00:00Z",
                false
            ),
            (
                #"{"zone": "+14:00", "days": ["mon"], "from": "13:00", "to": "24:00"}"#,
                "2026-11-29T23:00:00Z", true
            ),
            (#"{"zone": "+14:00", "days": ["mon"]}"#, "2026-11-29T10:00:00Z", true),
            (#"{"zone": "+14:00", "days": ["mon"]}"#, "2026-11-29T09:59:59Z", false),
            (#"{"zone": "-12:00", "days": ["sun"]}"#, "2026-11-30T11:59:59Z", true),
            (#"{"zone": "-12:00", "days": ["sun"]}"#, "2026-11-30T12:00:00Z", false),
        ])
    func times(_ window: String, _ moment: String, _ expected: Bool) throws {
        var question = Town.question()
        question.time = try #require(Timestamp(iso8601: moment))
        #expect(try Self.matches(#"{"times": [\#(window)]}"#, question) == expected)
        // Beside another window it matches where either does.
        let other = #"{"zone": "UTC", "days": ["wed"]}"#
        #expect(try Self.matches(#"{"times": [\#(other), \#(window)]}"#, question) == expected)
    }

    @Test("puts a customer into the bucket that is documented, all of them alike")
    func customers() throws {
        // From the reference implementation's test vectors (draft-eastlake-fnv, appendix C).
        #expect(CustomerBucket.fnv1a("".utf8) == 0xcbf2_9ce4_8422_2325)
        #expect(CustomerBucket.fnv1a("a".utf8) == 0xaf63_dc4c_8601_ec8c)
        #expect(CustomerBucket.fnv1a("foobar".utf8) == 0x8594_4171_f739_67e8)
        #expect(CustomerBucket.bucket(of: "foobar") == Int((0x8594_4171 ^ 0xf739_67e8) % 100))
        var counts = [Int](repeating: 0, count: 100)
        for number in 0..<100_000 { counts[CustomerBucket.bucket(of: "customer-\(number)")] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
        var question = Town.question()
        question.customer = "foobar"
        let bucket = CustomerBucket.bucket(of: "foobar")
        #expect(try Self.matches(#"{"customers": {"from": \#(bucket), "to": \#(bucket)}}"#, question))
        #expect(try !Self.matches(#"{"customers": {"from": \#(bucket + 1), "to": 99}}"#, question))
    }

    @Test("that comes first counts; where none matches it goes by priority")
    func first() throws {
        let plan = try Town.plan(
            """
            {"format": 1, "rules": [
              {"name": "payouts", "strategy": "fastest", "when": {"directions": ["payout"]}},
              {"name": "qr", "strategy": "priority", "when": {"methods": ["THB_QR"]}, "candidates": ["delta", "alpha"],
               "attempts": 2, "seconds": 60},
              {"name": "thai", "strategy": "priority", "when": {"currencies": ["THB"]}, "candidates": ["beta"]}]}
            """)
        let qr = Router.decide(Town.question(), among: Town.everybody, by: plan)
        #expect(qr.rule == "qr" && Town.names(qr) == ["delta", "alpha"])
        #expect(qr.bounds == Decision.Bounds(attempts: 2, seconds: 60))
        #expect(
            qr.exclusions.map(\.account) == ["beta", "gamma"].map(Town.account)
                && qr.exclusions.allSatisfy { $0.reason == .notInRule })
        #expect(Router.decide(Town.question(.thbBank), among: Town.everybody, by: plan).rule == "payouts")
        #expect(
            Router.decide(Town.question(.thbBankTransfer), among: Town.everybody, by: plan).rule == "thai")
        let none = Router.decide(Town.question(.usdKHQR), among: Town.everybody, by: plan)
        #expect(none.rule == nil && none.strategy == "priority" && none.candidates.count == 4)
        #expect(none.bounds == .none)
    }

    @Test("whose accounts are gone has no candidate, rather than others")
    func gone() throws {
        let document = try Town.document(
            #"{"format": 1, "rules": [{"name": "r", "strategy": "priority", "candidates": ["alpha"]}]}"#)
        let plan = RoutingPlan(document, .none)
        let decision = Router.decide(Town.question(), among: Town.everybody, by: plan)
        #expect(decision.candidates.isEmpty && decision.exclusions.count == 4)
    }
}
