import Foundation
import Postgres
import Reactor
import Synchronization
import Testing

/// The PostgreSQL that tests use: the one of `CAUSEWAY_TEST_DATABASE_URL`, or one of their own for this
/// process.
enum TestServer {
    /// The database that tests share. Each makes tables under names of its own.
    static let url: String = ProcessInfo.processInfo.environment["CAUSEWAY_TEST_DATABASE_URL"] ?? own.url

    /// Started at first use; gone when this process is, however it ends.
    private static let own = PrivateServer()
}

/// A server for this process alone, which a test may also stop and start.
final class PrivateServer: @unchecked Sendable {
    let url: String
    private let directory: String
    /// Its end tells the shell behind it that this process is gone, and the server is to go with it.
    private let lifeline: UnsafeMutablePointer<FILE>?

    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("deploy/postgres.sh").path

    init() {
        directory = NSTemporaryDirectory() + "causeway-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        _ = Self.run("start", directory, "--ephemeral")
        url = Self.run("url", directory)
        lifeline = popen("cat >/dev/null; exec '\(Self.script)' destroy '\(directory)' >/dev/null 2>&1", "w")
    }

    func stop() { _ = Self.run("stop", directory) }
    func start() { _ = Self.run("start", directory) }

    /// Not Foundation's `Process`: it waits for whoever inherits its descriptors, and a server does not end.
    private static func run(_ command: String, _ arguments: String...) -> String {
        let words = ([script, command] + arguments).map { "'\($0)'" }.joined(separator: " ")
        guard let stream = popen(words, "r") else {
            Issue.record("no shell")
            return ""
        }
        var output: [UInt8] = []
        while case let byte = getc(stream), byte != EOF { output.append(UInt8(truncatingIfNeeded: byte)) }
        if pclose(stream) != 0 { Issue.record("postgres.sh \(command) failed") }
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
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
        do { return Result<Success, any Error>.success(try await body(pool)) } catch {
            return .failure(error)
        }
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

/// A value that closures share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }
    func change(_ body: (inout sending Value) -> Void) { mutex.withLock { body(&$0) } }
}
