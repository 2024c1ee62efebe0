import Foundation
import Logging
import Testing

@testable import causeway

@Suite("Configuration")
struct ConfigurationTests {
    private static let key = String(repeating: "0f", count: 32)
    private static let complete = [
        "CAUSEWAY_DATABASE_URL": "postgresql:///causeway", "CAUSEWAY_MASTER_KEY": key,
        "CAUSEWAY_PUBLIC_URL": "https://pay.example.com",
    ]

    private func read(
        _ changes: [String: String], files: [String: String] = [:]
    ) throws(ConfigurationProblems) -> Configuration {
        let environment = Self.complete.merging(changes) { $1 }
        return try Configuration(environment: environment, needed: Serve.needs) {
            path throws(Files.Failure) in
            guard let text = files[path] else { throw Files.Failure(path, code: ENOENT) }
            return Array(text.utf8)
        }
    }

    private func problems(_ changes: [String: String], files: [String: String] = [:]) -> [String] {
        do throws(ConfigurationProblems) {
            _ = try read(changes, files: files)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("has the documented defaults")
    func defaults() throws {
        let configuration = try read([:])
        #expect(configuration.listenHost == "127.0.0.1" && configuration.listenPort == 8080)
        #expect(configuration.masterKey == [UInt8](repeating: 0x0f, count: 32))
        #expect(configuration.adminKey == nil)
        #expect(configuration.reactors >= 1)
        #expect(configuration.logLevel == .info)
        #expect(configuration.answerWait == .seconds(10) && configuration.lease == .seconds(40))
        #expect(configuration.drainTime == .seconds(15) && configuration.pollScale == 1)
    }

    @Test("every default is within its bounds, and every setting is there once")
    func table() {
        for setting in Setting.all {
            var configuration = Configuration()
            if let fallback = setting.fallback {
                #expect(setting.read(fallback, &configuration) == nil, "\(setting.name)")
            }
        }
        #expect(Set(Setting.all.map(\.id)) == Set(Setting.Name.allCases))
        #expect(Set(Setting.all.flatMap(\.names)).count == Setting.all.flatMap(\.names).count)
    }

    @Test("reports everything that is wrong at once, and no secret's value")
    func everything() {
        let wrong = [
            "CAUSEWAY_DATABASE_URL": "mysql://x:hunter2@y", "CAUSEWAY_MASTER_KEY": "too-short-a-secret",
            "CAUSEWAY_ADMIN_KEY": "another-short-secret", "CAUSEWAY_PUBLIC_URL": "not a url",
            "CAUSEWAY_LISTEN": "127.0.0.1:99999", "CAUSEWAY_REACTORS": "0", "CAUSEWAY_LEASE": "soon",
            "CAUSEWAY_POLL_SCALE": "-1", "CAUSEWAY_LOG": "loud",
        ]
        let found = problems(wrong)
        #expect(found.count == wrong.count)
        for name in wrong.keys { #expect(found.contains { $0.hasPrefix(name + " ") }, "\(name)") }
        let text = found.joined()
        for secret in ["hunter2", "too-short-a-secret", "another-short-secret"] {
            #expect(!text.contains(secret))
        }
    }

    @Test("says what to do where something is missing, empty being missing", arguments: [nil, "", "  "])
    func missing(value: String?) {
        for name in ["CAUSEWAY_DATABASE_URL", "CAUSEWAY_MASTER_KEY", "CAUSEWAY_PUBLIC_URL"] {
            var environment = Self.complete
            environment[name] = value
            #expect(throws: ConfigurationProblems.self) {
                try Configuration(environment: environment, needed: Serve.needs)
            }
            // A command that does not need it does not ask for it.
            #expect(throws: Never.self) { try Configuration(environment: environment, needed: []) }
        }
    }

    @Test("takes secrets from files, without the line's end")
    func files() throws {
        let configuration = try read(
            [
                "CAUSEWAY_MASTER_KEY": "", "CAUSEWAY_MASTER_KEY_FILE": "/key",
                "CAUSEWAY_ADMIN_KEY_FILE": "/admin",
            ],
            files: ["/key": Self.key + "\n", "/admin": " " + Self.key + "\r\n"])
        #expect(configuration.masterKey.count == 32)
        #expect(configuration.adminKey == Self.key)
        #expect(problems(["CAUSEWAY_MASTER_KEY_FILE": "/key"], files: ["/key": Self.key]).count == 1)
        #expect(problems(["CAUSEWAY_ADMIN_KEY_FILE": "/nowhere"]).first?.contains("cannot be read") == true)
        #expect(problems(["CAUSEWAY_ADMIN_KEY_FILE": "/empty"], files: ["/empty": "\n"]).count == 1)
    }

    @Test("takes a master key in base64 too")
    func base64() throws {
        let text = Data([UInt8](0..<32)).base64EncodedString()
        #expect(try read(["CAUSEWAY_MASTER_KEY": text]).masterKey == [UInt8](0..<32))
        #expect(problems(["CAUSEWAY_MASTER_KEY": Data([UInt8](0..<31)).base64EncodedString()]).count == 1)
    }

    @Test(
        "reads addresses to listen on",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0),
            ("localhost:65535", "localhost", 65_535),
        ])
    func listen(text: String, host: String, port: Int) throws {
        let configuration = try read(["CAUSEWAY_LISTEN": text])
        #expect(configuration.listenHost == host && Int(configuration.listenPort) == port)
    }

    @Test(
        "refuses others",
        arguments: ["nowhere", ":8080", "::1:8080", "127.0.0.1:", "127.0.0.1:65536", "[]:1"])
    func badListen(text: String) {
        #expect(problems(["CAUSEWAY_LISTEN": text]).count == 1)
    }

    @Test(
        "reads times",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("10", .seconds(10)),
            ("5m", .seconds(300)),
            ("1h", .seconds(3600)), ("0s", .zero),
        ])
    func times(text: String, time: Duration) {
        #expect(SettingReaders.duration(text) == time)
        #expect(SettingReaders.duration(SettingReaders.text(time)) == time)
    }

    @Test(
        "refuses other times",
        arguments: ["", "s", "-1s", "1.5s", "10 s", "1d", "٣s", "99999999999999999999s"])
    func badTimes(text: String) { #expect(SettingReaders.duration(text) == nil) }

    @Test("tells of variables that mean nothing, with what was meant")
    func unknown() {
        let found = Configuration.unknown(in: [
            "CAUSEWAY_LISTN": "x", "CAUSEWAY_URL": "x", "HOME": "x", "CAUSEWAY_LOG": "info",
            "CAUSEWAY_ZZZZZZZZZZZZ": "",
        ])
        #expect(found.map(\.name) == ["CAUSEWAY_LISTN", "CAUSEWAY_ZZZZZZZZZZZZ"])
        #expect(found.first?.nearest == "CAUSEWAY_LISTEN")
    }

    @Test("docs/configuration.md has this very table")
    func docs() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `CAUSEWAY_") }.map(String.init)
        #expect(rows == ConfigurationHelp.markdownRows)
        for setting in Setting.all { #expect(ConfigurationHelp.text.contains(setting.name)) }
        for (code, meaning) in ExitCode.table {
            #expect(text.contains("| \(code.rawValue) | \(meaning) |"), "exit code \(code)")
        }
    }
}
