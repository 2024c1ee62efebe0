import HTTP
import Testing

@testable import API

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The contract")
struct ContractTests {
    private static func lines(of file: String) throws -> [Substring] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private static var lines: [Substring] { get throws { try lines(of: "openapi.yaml") } }

    /// The section below a key at the left margin.
    private static func section(_ key: String) throws -> [Substring] {
        let after = try lines.drop { $0 != key }.dropFirst()
        return Array(after.prefix { $0.isEmpty || $0.hasPrefix(" ") })
    }

    /// `GET /path` of every operation in `openapi.yaml`: paths stand two spaces in, methods four.
    private static var documented: Set<String> {
        get throws {
            var found: Set<String> = []
            var path = ""
            for line in try section("paths:") where line.hasSuffix(":") {
                let indent = line.prefix { $0 == " " }.count
                let key = line.dropFirst(indent).dropLast()
                if indent == 2 { path = String(key) }
                if indent == 4, ["get", "post", "put", "patch", "delete"].contains(key) {
                    found.insert("\(key.uppercased()) \(path)")
                }
            }
            return found
        }
    }

    @Test("documents every route, and nothing that is no route")
    func routes() throws {
        let harness = try Harness()
        let made = Set(harness.router.routes.map { "\($0.method.rawValue) \($0.pattern)" })
        let documented = try Self.documented
        #expect(made.subtracting(documented) == [])
        #expect(documented.subtracting(made) == [])
        #expect(made.count > 30)
    }

    @Test("documents every code, and nothing that is no code")
    func codes() throws {
        let after = try Self.lines.drop { !$0.contains("A stable word for programs.") }.joined(separator: " ")
        let list = after.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        let documented = Set(
            list.split(separator: ",").map { $0.split(separator: " ").joined() })
        #expect(documented == Set(ErrorCode.allCases.map(\.rawValue)))
    }

    @Test("the documentation's table of errors is the program's")
    func documentation() throws {
        let documented = try Self.lines(of: "docs/api.md").filter { $0.hasPrefix("| `") }
        for code in ErrorCode.allCases {
            let row = code.row
            let line = "| `\(code.rawValue)` | \(row.status) | \(row.title) | \(row.hint) |"
            #expect(documented.contains { $0 == line }, "\(line)")
        }
    }

    @Test("has an operation id of its own for each")
    func operationIds() throws {
        let ids = try Self.section("paths:").compactMap { line in
            line.hasPrefix("      operationId: ") ? String(line.dropFirst(19)) : nil
        }
        #expect(ids.count == Set(ids).count)
        let documented = try Self.documented.count
        #expect(ids.count == documented)
    }
}
