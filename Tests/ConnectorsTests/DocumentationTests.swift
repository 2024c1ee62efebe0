import Connectors
import Core
import Foundation
import JSON
import Testing

/// `docs/providers.md` is written by hand, but for its tables: they must be what the connectors declare.
@Suite("docs/providers.md")
struct DocumentationTests {
    private func document() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/providers.md"), encoding: .utf8)
    }

    private func settingsTable(_ settings: [AccountSetting]) -> String {
        var rows = ["| setting | what it may be | unless told | what it is |", "|---|---|---|---|"]
        for setting in settings {
            let fallback = setting.fallback.map { "`\(String(decoding: $0.compact(), as: UTF8.self))`" }
            let absence = fallback ?? (setting.isRequired ? "required" : "–")
            rows.append("| `\(setting.name)` | \(kind(setting.kind)) | \(absence) | \(setting.help) |")
        }
        return rows.joined(separator: "\n")
    }

    private func kind(_ kind: AccountSetting.Kind) -> String {
        switch kind {
        case .text(let most): "text, 1–\(most)"
        case .secret(let most): "secret, 1–\(most)"
        case .url: "URL"
        case .path: "path"
        case .integer(let range):
            range.upperBound == .max
                ? "whole number from \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
        case .boolean: "true or false"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        }
    }

    private func methodsTable(_ methods: [MethodCapability]) -> String {
        var rows = ["| method | amount | counterparty | besides | banks |", "|---|---|---|---|---|"]
        for method in methods {
            let currency = method.method.currency
            let (least, most) = (
                Money(minor: method.minimum, currency), Money(minor: method.maximum, currency)
            )
            let names = { (fields: [Counterparty.Field]) in
                fields.isEmpty ? "–" : fields.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            }
            rows.append(
                "| `\(method.method.rawValue)` | \(least.decimal)–\(most.decimal) \(currency.code) "
                    + "| \(names(method.required)) | \(names(method.optional)) | \(method.banks.count) |")
        }
        return rows.joined(separator: "\n")
    }

    @Test("has every connector, with its methods and settings as declared")
    func tables() throws {
        let document = try document()
        let has = { (part: String) in document.contains(part) }
        for connector in ConnectorRegistry.all {
            let descriptor = connector.descriptor
            #expect(has("## \(descriptor.name)\n") && has("`\(descriptor.id)`"))
            let methods = methodsTable(descriptor.methods)
            #expect(has(methods), "expected:\n\(methods)")
            let settings = settingsTable(descriptor.settings)
            #expect(has(settings), "expected:\n\(settings)")
        }
    }

    @Test("says of every reason whose failure it is")
    func faults() throws {
        let document = try document()
        let has = { (part: String) in document.contains(part) }
        for reason in Refusal.Reason.allCases {
            let (final, other) = (
                reason.fault(worthAnotherAccount: false), reason.fault(worthAnotherAccount: true)
            )
            #expect(has("| `\(reason.rawValue)` | \(final) | \(other) |\n"), "\(reason) \(final) \(other)")
        }
    }

    @Test("lists every bank and wallet")
    func banks() throws {
        let document = try document()
        let has = { (part: String) in document.contains(part) }
        for connector in ConnectorRegistry.all {
            for bank in connector.descriptor.methods.flatMap(\.banks) {
                #expect(has("`\(bank.code)` \(bank.name)"), "`\(bank.code)` \(bank.name)")
            }
        }
    }
}
