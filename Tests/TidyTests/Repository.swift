import Foundation
import Testing

/// The checkout that these tests stand in.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A Swift file of the checkout.
    struct File: CustomStringConvertible {
        /// From the root: `Sources/Core/Money.swift`.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// `Core` for `Sources/Core/Money.swift`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var description: String { path }
    }

    /// Every Swift file below a folder of the root.
    static func swiftFiles(_ folder: String) throws -> [File] {
        let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter {
            $0.hasSuffix(".swift")
        }
        try #require(!paths.isEmpty, "no Swift files below \(folder)")
        return try paths.sorted().map { path in
            try File(path: "\(folder)/\(path)", text: text("\(folder)/\(path)"))
        }
    }

    /// A file's text.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}
