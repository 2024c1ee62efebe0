import Core
import Foundation
import JSON
import Routing
import Testing

@Suite("docs/routing.md")
struct RuleDocumentationTests {
    private static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/routing.md"), encoding: .utf8)
    }

    @Test("has an example that is right and as it would be written")
    func example() throws {
        let page = try Self.page()
        let start = try #require(page.range(of: "```json\n"))
        let end = try #require(page.range(of: "```", range: start.upperBound..<page.endIndex))
        let json = try JSON.parse(String(page[start.upperBound..<end.lowerBound]))
        let all = Set(PaymentMethod.allCases)
        let demo = Town.merchant(31, "demo")
        let names = RoutingNames(
            accounts: [
                RoutingNames.Account(id: Town.id(1), name: "payplus-main", methods: all),
                RoutingNames.Account(id: Town.id(2), name: "payplus-second", methods: all),
            ], merchants: [demo], apps: [Town.app(41, demo, "shop")])
        #expect(try RuleDocument(json, checkedAgainst: names).json == json)
    }

    @Test("has a word on every reason and every strategy")
    func words() throws {
        let page = try Self.page()
        for word in ExclusionReason.allCases.map(\.rawValue) + Strategy.allCases.map(\.rawValue) {
            #expect(page.contains("`\(word)`"), "\(word)")
        }
        for zone in Zone.named { #expect(page.contains("`\(zone.0)`"), "\(zone.0)") }
    }

    @Test("has every constant of the breakers, as it is")
    func breakers() throws {
        let page = try Self.page()
        for constant in BreakerSettings.constants {
            let bounds = constant.bounds
            let row =
                "| `\(constant.name)` | \(constant.standard) | \(bounds.lowerBound) to \(bounds.upperBound) | \(constant.reason) |"
            #expect(page.contains(row), "docs/routing.md lacks: \(row)")
        }
    }

    @Test("computes its example of a cost as the code does")
    func cost() {
        let tariff = Tariff(base: Tariff.Part(fixed: 0, rate: Rate(percent: "0.85") ?? .zero))
        #expect(tariff.cost(of: 33_333) == 284)
    }
}
