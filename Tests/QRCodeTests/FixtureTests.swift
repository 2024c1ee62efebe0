import Cryptography
import Foundation
import Testing

@testable import QRCode

/// Symbols that two encoders of other people agree on; `Fixtures/make.py` made them.
private struct Symbols: Decodable {
    let filled: [Filled]
    let texts: [Whole]

    /// A text that fills its version to the last character.
    struct Filled: Decodable, CustomTestStringConvertible {
        let pattern: String
        let count: Int
        let version: Int
        let level: String
        let mask: Int
        let sha256: String

        var testDescription: String { "version \(version), \(level), mask \(mask)" }
        /// The pattern over and over, cut to so many characters.
        func text(_ count: Int) -> String {
            String(String(repeating: pattern, count: count / pattern.count + 1).prefix(count))
        }
    }

    /// A text with its symbol's rows.
    struct Whole: Decodable, CustomTestStringConvertible {
        let text: String
        let version: Int
        let level: String
        let mask: Int
        let rows: [String]

        var testDescription: String { "\(text), \(level), mask \(mask)" }
    }

    static let stored: Symbols = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/symbols.json")
        do {
            return try JSONDecoder().decode(Symbols.self, from: Data(contentsOf: file))
        } catch {
            preconditionFailure("\(file.path): \(error)")
        }
    }()
}

private func level(_ name: String) throws -> QRCode.Level {
    try #require(QRCode.Level.allCases.first { "\($0)" == name })
}

extension QRCode {
    /// A line of zeros and ones for each row.
    var rows: [String] {
        (0..<size).map { y in String((0..<size).map { isDark(x: $0, y: y) ? "1" : "0" }) }
    }
}

@Suite("Symbols that others made")
struct FixtureTests {
    @Test("module by module in each mask, also of Thai and Khmer", arguments: Symbols.stored.texts)
    private func whole(_ symbol: Symbols.Whole) throws {
        let made = try QRCode(symbol.text, level: level(symbol.level), mask: symbol.mask)
        #expect(made.version == symbol.version)
        #expect(made.rows == symbol.rows)
    }

    @Test("each version and level, filled to the last character", arguments: Symbols.stored.filled)
    private func filled(_ symbol: Symbols.Filled) throws {
        let made = try QRCode(
            symbol.text(symbol.count), level: level(symbol.level), mask: symbol.mask)
        #expect(made.version == symbol.version)
        let digest = Digest.sha256(Array(made.rows.joined(separator: "\n").utf8))
        #expect(Hex.encode(digest) == symbol.sha256)
    }

    @Test("one character more needs the next version", arguments: Symbols.stored.filled)
    private func overfull(_ symbol: Symbols.Filled) throws {
        let text = symbol.text(symbol.count + 1)
        if symbol.version == 40 {
            #expect(throws: QRCode.TooLong()) { try QRCode(text, level: level(symbol.level)) }
        } else {
            let versions = symbol.version...40
            let made = try QRCode(text, level: level(symbol.level), versions: versions, mask: 0)
            #expect(made.version == symbol.version + 1)
        }
    }

    @Test("all of them are there")
    func number() {
        #expect(Symbols.stored.filled.count == 160)
        #expect(Set(Symbols.stored.texts.map(\.mask)).count == 8)
    }
}
