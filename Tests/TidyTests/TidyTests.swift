import Foundation
import Testing

@Suite("Tidy")
struct TidyTests {
    /// What each module may import of ours: downwards only, and adapters not one another.
    private static let mayImport: [String: Set<String>] = [
        "Reactor": ["CLinux"], "JSON": [], "Core": [], "QRCode": [],
        "Cryptography": ["COpenSSL"], "HTTP": ["Reactor", "CLinux", "COpenSSL"],
        "HTTPClient": ["Reactor", "CLinux", "CCurl"], "Postgres": ["Reactor", "CLinux", "CPostgres"],
        "Logging": ["Core", "JSON"],
        "Routing": ["Core", "JSON"], "Connectors": ["Core", "JSON", "Cryptography"],
        "Orchestration": [
            "Core", "JSON", "Reactor", "Logging", "Cryptography", "HTTPClient", "Postgres", "Routing",
            "Connectors",
        ],
        "API": [
            "Core", "JSON", "Reactor", "Logging", "Cryptography", "HTTP", "Routing", "Connectors",
            "Orchestration", "QRCode",
        ],
        "causeway": [
            "API", "Orchestration", "Connectors", "Routing", "Core", "JSON", "Reactor", "Logging",
            "Cryptography",
            "HTTP", "HTTPClient", "Postgres", "CLinux",
        ],
        // Reads the providers' documents for itself: nothing of ours that speaks their protocols.
        "sandbox": ["HTTP", "Reactor", "CLinux", "COpenSSL", "CCurl"],
    ]

    /// Of the system, beside the standard library. No module that does no input or output may have them.
    private static let systemModules: Set<String> = [
        "Glibc", "Synchronization", "Dispatch", "FoundationEssentials",
    ]
    private static let pureModules: Set<String> = ["JSON", "Core", "QRCode", "Routing", "Connectors"]

    @Test("imports run downwards only")
    func imports() throws {
        let files = try Repository.swiftFiles("Sources")
        for file in files {
            let allowed = try #require(
                Self.mayImport[file.target], "\(file.target) has no place in the import graph")
            for module in Self.imports(of: file) {
                let isSystem = Self.systemModules.contains(module) && !Self.pureModules.contains(file.target)
                #expect(allowed.contains(module) || isSystem, "\(file) imports \(module)")
            }
        }
        #expect(Set(files.map(\.target)) == Set(Self.mayImport.keys))
    }

    private static func imports(of file: Repository.File) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), words.count > place + 1, !line.hasPrefix(" "),
                words[..<place].allSatisfy({
                    ["public", "internal", "package", "@testable", "@preconcurrency"].contains($0)
                })
            else { return nil }
            return String(words[words.count - 1].prefix { $0 != "." })
        }
    }

    @Test("the manifest declares no dependency that the graph forbids")
    func manifest() throws {
        let manifest = try Repository.text("Package.swift").filter { !$0.isWhitespace }
        for (target, allowed) in Self.mayImport {
            for call in ["library", "program"] {
                guard let start = manifest.range(of: "\(call)(\"\(target)\",[") else { continue }
                let list = manifest[start.upperBound...].prefix { $0 != "]" }
                for name in list.split(separator: ",") {
                    let name = name.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
                    #expect(allowed.contains(name), "Package.swift lets \(target) import \(name)")
                }
            }
        }
    }

    @Test("a provider is named in its own folder and the registry, nowhere else")
    func providers() throws {
        let words = ["payplus", "haipay", "kess", "bakong"]
        // The API's methods are named after what a payee has, and one of them has a KESS wallet.
        let methods = ["usd_kess", "usdkess", "kess wallet"]
        for file in try Repository.swiftFiles("Sources") {
            let isProviders =
                file.path.split(separator: "/").count > 3 && file.path.hasPrefix("Sources/Connectors/")
                && words.contains { file.path.lowercased().hasPrefix("sources/connectors/\($0)/") }
            if isProviders || file.target == "sandbox" { continue }
            if file.path == "Sources/Connectors/ConnectorRegistry.swift" { continue }
            var text = file.text.lowercased()
            for method in methods { text = text.replacingOccurrences(of: method, with: "") }
            for word in words { #expect(!text.contains(word), "\(file) names \(word)") }
        }
    }

    @Test("the registry has one line for each provider's folder")
    func registry() throws {
        let registry = try Repository.text("Sources/Connectors/ConnectorRegistry.swift")
        let folder = Repository.root.appendingPathComponent("Sources/Connectors").path
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard !name.hasSuffix(".swift"), name != "Shared" else { continue }
            let lines = registry.split(separator: "\n").filter { $0.contains(name) }
            #expect(lines.count == 1, "\(name) is in \(lines.count) lines of the registry")
        }
    }

    @Test("no file is longer than 500 lines")
    func lengths() throws {
        for file in try Repository.swiftFiles("Sources") + Repository.swiftFiles("Tests") {
            #expect(file.lines.count <= 501, "\(file) has \(file.lines.count) lines")
        }
    }

    @Test("nothing is left for later, and nothing ends the process where it should throw")
    func bannedWords() throws {
        let later = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "not implemen" + "ted"]
        let abrupt = ["try" + "!", "fatal" + "Error(", " as" + "! ", " print("]
        for file in try Repository.swiftFiles("Sources") {
            let isProgram = ["causeway", "sandbox"].contains(file.target)
            for (number, line) in file.lines.enumerated() {
                for word in later { #expect(!line.contains(word), "\(file):\(number + 1) has \(word)") }
                if isProgram || line.trimmingCharacters(in: .whitespaces).hasPrefix("//") { continue }
                for word in abrupt { #expect(!line.contains(word), "\(file):\(number + 1) has \(word)") }
            }
        }
        for file in try Repository.swiftFiles("Tests") {
            for word in later.prefix(2) { #expect(!file.text.contains(word), "\(file) has \(word)") }
        }
    }

    @Test("libraries do without Foundation")
    func foundation() throws {
        for file in try Repository.swiftFiles("Sources") {
            let modules = Self.imports(of: file)
            #expect(!modules.contains("Foundation"), "\(file) imports Foundation")
            if file.target != "sandbox", file.target != "causeway" {
                #expect(!modules.contains("FoundationEssentials"), "\(file) imports FoundationEssentials")
            }
        }
    }
}
