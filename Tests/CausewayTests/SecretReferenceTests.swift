import Foundation
import JSON
import Testing

@testable import causeway

@Suite("Secrets in a document")
struct SecretReferenceTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("causeway-tests-\(UInt64.random(in: 0...UInt64.max))")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try "from a file\n".write(to: folder.appendingPathComponent("key"), atomically: true, encoding: .utf8)
        try "\n".write(to: folder.appendingPathComponent("empty"), atomically: true, encoding: .utf8)
    }

    private func account(_ settings: JSON) -> JSON { ["accounts": [["name": "a", "settings": settings]]] }

    @Test("come from files beside the document and from the environment")
    func resolves() {
        defer { try? FileManager.default.removeItem(at: folder) }
        var references = SecretReferences(folder: folder.path, environment: ["KEY": "from the environment"])
        let path = folder.appendingPathComponent("key").path
        let document = references.resolve([
            "merchants": [
                [
                    "name": "m",
                    "apps": [["name": "w", "accessKey": ["env": "KEY"], "secretKey": ["file": "key"]]],
                ]
            ],
            "accounts": [
                ["settings": ["a": ["file": .string(path)], "b": ["file": "key"], "c": "plain", "d": 5]]
            ],
        ])
        #expect(references.problems.isEmpty)
        let app = document["merchants"]?[0]?["apps"]?[0]
        #expect(app?["accessKey"] == "from the environment" && app?["secretKey"] == "from a file")
        #expect(
            document["accounts"]?[0]?["settings"]
                == ["a": "from a file", "b": "from a file", "c": "plain", "d": 5])
    }

    @Test(
        "that cannot be found are named by their place",
        arguments: [
            ["file": "nowhere"], ["file": "empty"], ["env": "NOT_SET"], ["other": "x"], ["file": 5], [:],
            ["file": "key", "env": "KEY"],
        ] as [JSON])
    func problems(reference: JSON) {
        defer { try? FileManager.default.removeItem(at: folder) }
        var references = SecretReferences(folder: folder.path, environment: [:])
        _ = references.resolve(account(["apiKey": reference]))
        #expect(references.problems.count == 1)
        #expect(references.problems.first?.hasPrefix("/accounts/0/settings/apiKey ") == true)
    }

    @Test(
        "what is no document stays as it is",
        arguments: [5, [], ["accounts": 1], ["merchants": [7]]] as [JSON])
    func odd(document: JSON) {
        defer { try? FileManager.default.removeItem(at: folder) }
        var references = SecretReferences(folder: folder.path, environment: [:])
        #expect(references.resolve(document) == document)
        #expect(references.problems.isEmpty)
    }

    @Test("keys go to a file that its owner alone can read")
    func privateFile() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("key").path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try Files.append("more\n", toPrivate: path)
        #expect(try Files.read(path) == Array("from a file\nmore\n".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
