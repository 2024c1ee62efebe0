import Foundation
import JSON

/// Runs PHP itself on a script beside this file.
enum PHPProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// One process for all the lines; the lines it answers. It is killed after a minute.
    ///
    /// Runs on a thread of its own: waiting for another program must not hold up the tests beside.
    static func run(_ script: String, _ lines: [JSON]) async throws -> [JSON] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try runAndWait(script, lines) }) }
        }
    }

    private static func runAndWait(_ script: String, _ lines: [JSON]) throws -> [JSON] {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("php-\(UUID().uuidString)")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: folder) }
        // Files and no pipes: a full pipe would stop either side.
        let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        let errors = folder.appendingPathComponent("errors")
        try Data(lines.flatMap { $0.compact() + [0x0A] }).write(to: input)
        for file in [output, errors] { try Data().write(to: file) }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "-s", "KILL", "60", "php", "-n",
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(script).path,
        ]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus != 127 else {
            throw Failure(
                description:
                    "there is no PHP to test against: install Debian's php-cli (deploy/install.sh tests does)"
            )
        }
        guard process.terminationStatus == 0 else {
            let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw Failure(description: "PHP ended with \(process.terminationStatus): \(said)")
        }
        return try [UInt8](Data(contentsOf: output)).split(separator: 0x0A).map {
            try JSON.parse(Array($0), limits: JSON.Limits(depth: JSON.Limits.depthMax))
        }
    }
}
