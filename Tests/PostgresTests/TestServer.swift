import Foundation
import Postgres
import Reactor
import Testing

/// The PostgreSQL that tests use: the one of `CAUSEWAY_TEST_DATABASE_URL`, or one of their own for this process.
enum TestServer {
    /// The database that tests share. Each makes tables under names of its own.
    static let url: String = ProcessInfo.processInfo.environment["CAUSEWAY_TEST_DATABASE_URL"] ?? own.url

    /// Started at first use; gone when this process is, however it ends.
    private static let own = PrivateServer()
}

/// A server for this process alone, which a test may also stop and start.
final class PrivateServer: Sendable {
    let url: String
    private let directory: String
    /// Its end tells the shell behind it that this process is gone.
    private let lifeline = Pipe()

    private static let script: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appendingPathComponent("deploy/postgres.sh").path
    }()

    init() {
        directory = NSTemporaryDirectory() + "causeway-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        _ = Self.run(["start", directory, "--ephemeral"])
        url = Self.run(["url", directory])
        let warden = Process()
        warden.executableURL = URL(fileURLWithPath: "/bin/bash")
        warden.arguments = ["-c", "cat >/dev/null; exec \"$0\" destroy \"$1\"", Self.script, directory]
        warden.standardInput = lifeline
        warden.standardOutput = FileHandle.nullDevice
        warden.standardError = FileHandle.nullDevice
        do { try warden.run() } catch { Issue.record(error) }
    }

    func stop() { _ = Self.run(["stop", directory]) }
    func start() { _ = Self.run(["start", directory]) }

    private static func run(_ arguments: [String]) -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: script)
        process.arguments = arguments
        process.standardOutput = output
        do { try process.run() } catch { Issue.record(error) }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 { Issue.record("postgres.sh \(arguments) failed") }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Gives a reactor and a pool to the body, which runs on the reactor; closes both.
func withPool<Success: Sendable>(
    connections: Int = 2, queueMax: Int = 1024, statementDeadline: Duration = .seconds(10),
    url: String = TestServer.url, applicationName: String = "tests",
    _ body: @escaping @Sendable (PostgresPool) async throws -> Success
) async throws -> Success {
    let reactor = try Reactor(name: "test")
    try reactor.start()
    let pool = PostgresPool(
        reactor: reactor,
        configuration: PostgresPool.Configuration(
            url: url, connections: connections, queueMax: queueMax, statementDeadline: statementDeadline,
            applicationName: applicationName))
    let result = await Task(executorPreference: reactor) {
        do { return Result<Success, any Error>.success(try await body(pool)) } catch { return .failure(error) }
    }.value
    await pool.close()
    reactor.stop()
    return try result.get()
}

/// Asks again until it is so, or half a minute has passed.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ isSo: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while try await !isSo() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Runs a query that is expected to fail.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async -> PostgresError? {
    do {
        _ = try await body()
        Issue.record("did not fail", sourceLocation: sourceLocation)
        return nil
    } catch {
        if let error = error as? PostgresError { return error }
        Issue.record(error, sourceLocation: sourceLocation)
        return nil
    }
}

/// A name that no other test uses.
func uniqueName(_ prefix: String) -> String { "\(prefix)_\(UInt64.random(in: 0...UInt64.max))" }
