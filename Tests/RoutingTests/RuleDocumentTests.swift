import Core
import JSON
import Routing
import Testing

@Suite("A document of rules")
struct RuleDocumentTests {
    /// Every member there is, in canonical form.
    static let whole = """
        {"format":1,"rules":[{"name":"large","when":{"merchants":["shop"],"apps":["shop/web"],"currencies":["THB"],\
        "directions":["payout"],"methods":["THB_BANK"],"amount":{"currency":"THB","minimum":"100.00",\
        "maximum":"200000.00"},"banks":["KBANK"],"times":[{"zone":"Asia/Bangkok","days":["mon","tue"],"from":"09:00",\
        "to":"24:00"},{"zone":"-03:30"}],"customers":{"from":0,"to":9},"metadata":{"a/b":["x","y"],"gift":false,\
        "vip":true}},"strategy":"split","candidates":[{"account":"alpha","weight":70},{"account":"beta","weight":30},\
        {"account":"delta","weight":0}],"attempts":2,"seconds":30},{"name":"cheap","when":{"methods":["THB_QR"],\
        "customers":{"from":0,"to":49}},"strategy":"least_cost","candidates":["alpha","delta"]},{"name":"rest",\
        "strategy":"adaptive","value":"2.5"}],"costs":[{"account":"alpha","method":"THB_QR","fixed":"1.00",\
        "rate":"0.85","tiers":[{"from":"1000.00","rate":"0.5"},{"from":"5000.00","fixed":"20.00"}],"minimum":"3.00",\
        "maximum":"50.00"},{"account":"delta","method":"THB_QR"}],\
        "breakers":{"consecutiveFailures":3,"pauseSecondsMax":600}}
        """

    @Test("is written as it was read")
    func roundTrip() throws {
        let document = try Town.document(Self.whole)
        #expect(String(decoding: document.json.compact(), as: UTF8.self) == Self.whole)
        #expect(try RuleDocument(document.json) == document)
        #expect(try RuleDocument(RuleDocument.empty.json) == .empty)
    }

    @Test("is written in one form, however it was spelled")
    func canonical() throws {
        let document = try Town.document(
            """
            {"rules": [{"strategy": "least_cost", "attempts": 2.0, "candidates": ["beta"], "value": null, "name": "r",
             "when": {"metadata": {"b": true, "a": ["1"]}, "amount": {"maximum": "1e3", "currency": "THB"},
             "methods": ["THB_QR"], "times": null}}],
             "costs": [{"rate": "2.50", "method": "THB_QR", "account": "beta", "fixed": "0"}], "breakers": {"trials": 3.0, "outcomes": null}, "format": 1}
            """)
        #expect(
            String(decoding: document.json.compact(), as: UTF8.self) == """
                {"format":1,"rules":[{"name":"r","when":{"methods":["THB_QR"],"amount":{"currency":"THB",\
                "maximum":"1000.00"},"metadata":{"a":["1"],"b":true}},"strategy":"least_cost","candidates":["beta"],\
                "attempts":2}],"costs":[{"account":"beta","method":"THB_QR","rate":"2.5"}]}
                """)
    }

    /// A rule with other members after its name, in a document of its own.
    static func rule(_ members: String) -> String {
        #"{"format": 1, "rules": [{"name": "r", \#(members)}]}"#
    }

    static func when(_ conditions: String) -> String {
        rule(#""strategy": "priority", "when": {\#(conditions)}"#)
    }

    static func cost(_ members: String) -> String {
        #"{"format": 1, "costs": [{"account": "alpha", "method": "THB_QR", \#(members)}]}"#
    }

    static func breakers(_ members: String) -> String { #"{"format": 1, "breakers": {\#(members)}}"# }

    @Test(
        "is refused at the place, with the remedy",
        arguments: [
            ("[]", "", "object"),
            ("{}", "/format", "is missing: must be 1"),
            (#"{"format": 2}"#, "/format", "must be 1"),
            (#"{"format": 1, "rule": []}"#, "/rule", "known: format, rules, costs"),
            (#"{"format": 1, "rules": []}"#, "/rules", "leave it out"),
            (#"{"format": 1, "rules": {}}"#, "/rules", "list of 1 to 500"),
            (#"{"format": 1, "rules": [7]}"#, "/rules/0", "object"),
            (#"{"format": 1, "rules": [{"strategy": "priority"}]}"#, "/rules/0/name", "is missing"),
            (
                #"{"format": 1, "rules": [{"name": "R", "strategy": "priority"}]}"#, "/rules/0/name",
                "lower-case"
            ),
            (#"{"format": 1, "breakers": 7}"#, "/breakers", "object"),
            (breakers(#""failures": 3"#), "/breakers/failures", "known: consecutiveFailures, failurePercent"),
            (breakers(#""trials": 0"#), "/breakers/trials", "whole number from 1 to 100"),
            (breakers(#""failurePercent": 101"#), "/breakers/failurePercent", "from 10 to 100"),
            (breakers(#""pauseSeconds": "9""#), "/breakers/pauseSeconds", "whole number"),
            (breakers(#""outcomes": 9"#), "/breakers/outcomesMin", "more than outcomes, which is 9"),
            (breakers(#""pauseSeconds": 301"#), "/breakers/pauseSecondsMax", "less than pauseSeconds"),
            (rule(#""attempts": 1"#), "/rules/0/strategy", "one of priority, split, least_cost"),
            (rule(#""strategy": "best""#), "/rules/0/strategy", "one of priority, split, least_cost"),
            (rule(#""strategy": "priority", "x/y~z": 1"#), "/rules/0/x~1y~0z", "not known"),
            (rule(#""strategy": "priority", "attempts": 0"#), "/rules/0/attempts", "from 1 to 10"),
            (rule(#""strategy": "priority", "attempts": 1.5"#), "/rules/0/attempts", "whole"),
            (rule(#""strategy": "priority", "seconds": 3601"#), "/rules/0/seconds", "from 1 to 3600"),
            (rule(#""strategy": "priority", "value": "1""#), "/rules/0/value", "adaptive alone"),
            (rule(#""strategy": "adaptive", "value": 1"#), "/rules/0/value", "text"),
            (rule(#""strategy": "priority", "candidates": []"#), "/rules/0/candidates", "1 to 100"),
            (rule(#""strategy": "priority", "candidates": ["a_b"]"#), "/rules/0/candidates/0", "name"),
            (
                rule(#""strategy": "priority", "candidates": [{"account": "alpha", "weight": 1}]"#),
                "/rules/0/candidates/0", "split alone"
            ),
            (
                rule(#""strategy": "priority", "candidates": ["alpha", "alpha"]"#), "/rules/0/candidates/1",
                "twice"
            ),
            (rule(#""strategy": "split""#), "/rules/0/candidates", "accounts with weights"),
            (rule(#""strategy": "split", "candidates": ["alpha"]"#), "/rules/0/candidates/0", "object"),
            (
                rule(#""strategy": "split", "candidates": [{"account": "alpha"}]"#),
                "/rules/0/candidates/0/weight", "is missing"
            ),
            (
                rule(#""strategy": "split", "candidates": [{"account": "alpha", "weight": -1}]"#),
                "/rules/0/candidates/0/weight", "from 0 to 100"
            ),
            (
                rule(
                    #""strategy": "split", "candidates": [{"account": "alpha", "weight": 60}, {"account": "beta", "weight": 41}]"#
                ), "/rules/0/candidates", "add up to 101; they must add up to 100"
            ),
            (when(#""merchants": ["No"]"#), "/rules/0/when/merchants/0", "merchant's name"),
            (when(#""merchants": []"#), "/rules/0/when/merchants", "leave it out"),
            (when(#""apps": ["web"]"#), "/rules/0/when/apps/0", "merchant/app"),
            (when(#""currencies": ["EUR"]"#), "/rules/0/when/currencies/0", "THB, KES, USD, KHR"),
            (when(#""directions": ["in"]"#), "/rules/0/when/directions/0", "payin or payout"),
            (when(#""methods": ["THB_QR", "THB_QR"]"#), "/rules/0/when/methods/1", "twice"),
            (when(#""currencies": ["KES"], "methods": ["THB_QR"]"#), "/rules/0/when", "together"),
            (when(#""currencies": ["KES"], "directions": ["payin"]"#), "/rules/0/when", "together"),
            (
                when(#""currencies": ["KES"], "amount": {"currency": "THB", "minimum": "1"}"#),
                "/rules/0/when",
                "together"
            ),
            (when(#""amount": {"minimum": "1.00"}"#), "/rules/0/when/amount/currency", "is missing"),
            (when(#""amount": {"currency": "THB"}"#), "/rules/0/when/amount", "minimum or a maximum"),
            (
                when(#""amount": {"currency": "THB", "minimum": "2.00", "maximum": "1.99"}"#),
                "/rules/0/when/amount/maximum", "less than minimum"
            ),
            (
                when(#""amount": {"currency": "KHR", "minimum": "2.50"}"#), "/rules/0/when/amount/minimum",
                "such as \"12345\""
            ),
            (when(#""amount": {"currency": "THB", "minimum": 2}"#), "/rules/0/when/amount/minimum", "amount"),
            (
                when(#""amount": {"currency": "THB", "minimum": "-1"}"#), "/rules/0/when/amount/minimum",
                "amount"
            ),
            (when(#""banks": ["K BANK"]"#), "/rules/0/when/banks/0", "letters, digits"),
            (when(#""times": [{"days": ["mon"]}]"#), "/rules/0/when/times/0/zone", "is missing"),
            (when(#""times": [{"zone": "Europe/Paris"}]"#), "/rules/0/when/times/0/zone", "+07:00"),
            (when(#""times": [{"zone": "+15:00"}]"#), "/rules/0/when/times/0/zone", "Asia/Bangkok"),
            (
                when(#""times": [{"zone": "UTC", "days": ["Mon"]}]"#), "/rules/0/when/times/0/days/0",
                "mon, tue"
            ),
            (when(#""times": [{"zone": "UTC", "from": "09:00"}]"#), "/rules/0/when/times/0/to", "tell both"),
            (when(#""times": [{"zone": "UTC", "to": "09:00"}]"#), "/rules/0/when/times/0/from", "tell both"),
            (
                when(#""times": [{"zone": "UTC", "from": "24:00", "to": "01:00"}]"#),
                "/rules/0/when/times/0/from", "23:59"
            ),
            (
                when(#""times": [{"zone": "UTC", "from": "9:00", "to": "10:00"}]"#),
                "/rules/0/when/times/0/from", "00:00"
            ),
            (
                when(#""times": [{"zone": "UTC", "from": "09:00", "to": "09:00"}]"#),
                "/rules/0/when/times/0/to", "all day"
            ),
            (when(#""customers": {"from": 0}"#), "/rules/0/when/customers/to", "is missing"),
            (when(#""customers": {"from": 0, "to": 100}"#), "/rules/0/when/customers/to", "0 to 99"),
            (when(#""customers": {"from": 10, "to": 9}"#), "/rules/0/when/customers/to", "less than from"),
            (when(#""metadata": {}"#), "/rules/0/when/metadata", "1 to 10"),
            (when(#""metadata": {"k": "v"}"#), "/rules/0/when/metadata/k", "list of texts"),
            (when(#""metadata": {"a/b": ["v", 1]}"#), "/rules/0/when/metadata/a~1b/1", "text"),
            (when(#""metadata": {"k": []}"#), "/rules/0/when/metadata/k", "leave it out"),
            (cost(#""rate": "100.1""#), "/costs/0/rate", "0"),
            (cost(#""rate": "0.00001""#), "/costs/0/rate", "4 decimals"),
            (cost(#""rate": "1.""#), "/costs/0/rate", "decimal"),
            (cost(#""fixed": "0.001""#), "/costs/0/fixed", "amount"),
            (cost(#""minimum": "2", "maximum": "1""#), "/costs/0/maximum", "less than minimum"),
            (cost(#""tiers": [{"rate": "1"}]"#), "/costs/0/tiers/0/from", "is missing"),
            (cost(#""tiers": [{"from": "5"}, {"from": "5"}]"#), "/costs/0/tiers/1/from", "in order"),
            (
                #"{"format": 1, "costs": [{"account": "alpha", "method": "CASH"}]}"#, "/costs/0/method",
                "one of THB_QR"
            ),
        ])
    func refused(_ text: String, _ pointer: String, _ words: String) throws {
        let problems = try Town.problems(text)
        #expect(problems.map(\.pointer) == [pointer])
        #expect(problems.first?.detail.contains(words) == true, "\(problems)")
    }

    @Test("is refused for what its names stand for")
    func names() throws {
        let problems = try Town.problems(
            """
            {"format": 1, "rules": [
              {"name": "a", "strategy": "priority", "when": {"merchants": ["nobody", "shop"]}, "candidates": ["omega"]},
              {"name": "b", "strategy": "priority", "when": {"apps": ["shop/none", "bank/desk"], "merchants": ["shop"]}},
              {"name": "c", "strategy": "split", "when": {"methods": ["THB_BANK_TRANSFER"]},
               "candidates": [{"account": "gamma", "weight": 0}, {"account": "beta", "weight": 100}]},
              {"name": "d", "strategy": "least_cost", "when": {"methods": ["THB_QR"]}},
              {"name": "e", "strategy": "priority", "candidates": ["alpha", "\(Town.id(1).text(.providerAccount))"]}],
             "costs": [{"account": "alpha", "method": "THB_QR"}, {"account": "omega", "method": "THB_QR"},
              {"account": "\(Town.id(1).text(.providerAccount))", "method": "THB_QR"}]}
            """)
        #expect(
            problems.map(\.pointer) == [
                "/costs/1/account", "/costs/2", "/rules/0/when/merchants/0", "/rules/1/when/apps/0",
                "/rules/1/when/apps/1", "/rules/0/candidates/0", "/rules/2/candidates/0/account",
                "/rules/3/strategy", "/rules/3/strategy", "/rules/4/candidates/1",
            ])
        #expect(problems.first?.detail.contains("there are: alpha, beta, gamma, delta") == true)
        #expect(problems.contains { $0.detail.contains("needs the cost of 'beta' with THB_QR") })
    }

    @Test("says everything that is wrong at once, within bounds")
    func everything() throws {
        let rule = #"{"name": "R", "strategy": "best", "attempts": 99, "when": {"banks": [1]}}"#
        let three = try Town.problems(#"{"rules": [\#(rule), 7]}"#)
        #expect(
            three.map(\.pointer) == [
                "/format", "/rules/0/name", "/rules/0/strategy", "/rules/0/attempts",
                "/rules/0/when/banks/0", "/rules/1",
            ])
        let many = Array(repeating: rule, count: 400).joined(separator: ",")
        #expect(try Town.problems(#"{"format": 1, "rules": [\#(many)]}"#).count == 100)
        let twin = #"{"name": "r", "strategy": "priority"}"#
        #expect(
            try Town.problems(#"{"format": 1, "rules": [\#(twin), \#(twin)]}"#).map(\.pointer)
                == ["/rules/1/name"])
        let tooMany = Array(repeating: twin, count: 501).joined(separator: ",")
        #expect(
            try Town.problems(#"{"format": 1, "rules": [\#(tooMany)]}"#).map(\.pointer) == ["/rules"])
    }

    @Test(
        "finds a rule that earlier ones leave nothing for",
        arguments: [
            ([#"{}"#, #"{"methods": ["THB_QR"]}"#], [1]),
            ([#"{"methods": ["THB_QR"]}"#, #"{}"#], []),
            ([#"{"currencies": ["THB"]}"#, #"{"methods": ["THB_BANK"], "banks": ["SCB"]}"#], [1]),
            (
                [#"{"directions": ["payin"]}"#, #"{"directions": ["payout"]}"#, #"{"currencies": ["USD"]}"#],
                [2]
            ),
            ([#"{"directions": ["payin"]}"#, #"{"directions": ["payout"], "banks": ["SCB"]}"#, #"{}"#], []),
            ([#"{"merchants": ["shop"]}"#, #"{"apps": ["shop/web", "shop/till"]}"#], [1]),
            ([#"{"merchants": ["shop"]}"#, #"{"apps": ["shop/web", "bank/desk"]}"#], []),
            ([#"{"apps": ["shop/web", "shop/till"]}"#, #"{"merchants": ["shop"]}"#], []),
            ([#"{"apps": ["shop/web"]}"#, #"{"apps": ["shop/web"], "merchants": ["shop"]}"#], [1]),
            (
                [
                    #"{"amount": {"currency": "THB", "minimum": "1", "maximum": "9"}}"#,
                    #"{"methods": ["THB_QR"], "amount": {"currency": "THB", "minimum": "2", "maximum": "9"}}"#,
                    #"{"amount": {"currency": "THB", "minimum": "2", "maximum": "9.01"}}"#,
                    #"{"methods": ["THB_QR"]}"#,
                ], [1]
            ),
            ([#"{"banks": ["SCB", "BBL"]}"#, #"{"banks": ["BBL"]}"#, #"{"banks": ["BBL", "KTB"]}"#], [1]),
            ([#"{"customers": {"from": 0, "to": 9}}"#, #"{"customers": {"from": 3, "to": 9}}"#], [1]),
            ([#"{"customers": {"from": 0, "to": 99}}"#, #"{}"#], []),
            (
                [
                    #"{"times": [{"zone": "Asia/Bangkok", "from": "22:00", "to": "04:00"}]}"#,
                    #"{"times": [{"zone": "UTC", "days": ["sun"], "from": "15:00", "to": "21:00"}]}"#,
                    #"{"times": [{"zone": "UTC", "days": ["sun"], "from": "15:00", "to": "21:01"}]}"#,
                ], [1]
            ),
            (
                [
                    #"{"times": [{"zone": "UTC", "from": "00:00", "to": "12:00"}, {"zone": "UTC", "from": "12:00", "to": "24:00"}]}"#,
                    #"{}"#,
                ], [1]
            ),
            ([#"{"metadata": {"k": true}}"#, #"{"metadata": {"k": ["a"], "l": false}}"#], [1]),
            ([#"{"metadata": {"k": ["b", "a"]}}"#, #"{"metadata": {"k": ["a"]}}"#], [1]),
            ([#"{"metadata": {"k": ["a"]}}"#, #"{"metadata": {"k": ["a", "b"]}}"#], []),
            ([#"{"metadata": {"k": ["a"]}}"#, #"{"metadata": {"k": true}}"#], []),
            ([#"{"metadata": {"k": false}}"#, #"{"metadata": {"l": ["a"]}}"#], []),
        ])
    func unreachable(_ conditions: [String], _ found: [Int]) throws {
        let rules = conditions.enumerated().map { index, when in
            #"{"name": "r\#(index)", "strategy": "priority", "when": \#(when)}"#
        }
        let problems = try Town.problems(#"{"format": 1, "rules": [\#(rules.joined(separator: ","))]}"#)
        #expect(problems.map(\.pointer) == found.map { "/rules/\($0)" })
        #expect(problems.allSatisfy { $0.detail.contains("'r0'") })
    }
}
