import Foundation
import Glibc
import HTTPClient
import Testing

/// Plays a TLS server with the `openssl` command, where there is one.
final class TLSServer: @unchecked Sendable {
    static let openssl = "/usr/bin/openssl"
    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    let certificate: String
    let port: Int
    private let process: Process
    private let folder: URL

    /// A server whose own certificate is for the address given. It is made on a thread of its own: waiting
    /// for other programs must not hold up the tests beside.
    static func make(certifiedFor address: String) async throws -> TLSServer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try TLSServer(certifiedFor: address) })
            }
        }
    }

    private init(certifiedFor address: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appendingPathComponent("certificate.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        let making = try Self.run([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
            "subjectAltName=IP:\(address)", "-keyout", key, "-out", certificate,
        ])
        making.process.waitUntilExit()
        let server = try Self.run([
            "s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www",
        ])
        process = server.process
        port = try Self.announcedPort(server.output)
    }

    deinit {
        // It has inherited a thread's mask that blocks the politer signals.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func run(_ arguments: [String]) throws -> (process: Process, output: FileHandle) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: openssl)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        return (process, pipe.fileHandleForReading)
    }

    /// The server says `ACCEPT 127.0.0.1:PORT` when it listens.
    private static func announcedPort(_ output: FileHandle) throws -> Int {
        var text = ""
        while true {
            let data = output.availableData
            if data.isEmpty { throw POSIXError(.ECONNREFUSED) }
            text += String(decoding: data, as: UTF8.self)
            for line in text.components(separatedBy: "\n").dropLast() where line.hasPrefix("ACCEPT") {
                if let port = line.split(separator: ":").last.flatMap({ Int($0) }) { return port }
            }
        }
    }
}

@Suite struct TLSTests {
    private let client = HTTPClient.make()

    @Test(
        "a certificate nobody vouches for: not sent; vouched for, it works",
        .enabled(if: TLSServer.isPossible))
    func selfSigned() async throws {
        let server = try await TLSServer.make(certifiedFor: "127.0.0.1")
        let url = "https://127.0.0.1:\(server.port)/"
        let failure = try await client.failure(.init(url: url))
        #expect(failure.kind == .tls)
        #expect(!failure.requestMayHaveBeenSent)
        for _ in 0..<2 {
            let response = try await client.send(.init(url: url, caFile: server.certificate)).get()
            #expect(response.status == 200)
            #expect(response.timings.connect > 0)
        }
        let trusting = HTTPClient.make(HTTPClient.Configuration(caFile: server.certificate))
        #expect(try await trusting.send(.init(url: url, once: true)).get().status == 200)
        // What was trusted for one request is not for the next.
        #expect(try await client.failure(.init(url: url)).kind == .tls)
    }

    @Test("a certificate for another name: not sent", .enabled(if: TLSServer.isPossible))
    func wrongName() async throws {
        let server = try await TLSServer.make(certifiedFor: "127.0.0.2")
        let url = "https://127.0.0.1:\(server.port)/"
        let failure = try await client.failure(.init(url: url, caFile: server.certificate))
        #expect(failure.kind == .tls)
        #expect(!failure.requestMayHaveBeenSent)
    }

    @Test("a server that does not speak TLS: not sent", arguments: ["HTTP/1.1 400 Bad\r\n\r\n", ""])
    func noTLS(_ answer: String) async throws {
        let server = try TestServer { _, peer in
            _ = peer.read()
            peer.send(answer)
            peer.close()
        }
        let url = "https://127.0.0.1:\(server.port)/"
        let failure = try await client.failure(.init(method: "POST", url: url, body: [1]))
        #expect(failure.kind == .tls)
        #expect(!failure.requestMayHaveBeenSent)
    }

    @Test("a handshake that hangs: not sent, in time")
    func hangingHandshake() async throws {
        let server = try TestServer { _, peer in peer.waitForEnd() }
        let timeouts = HTTPClient.Timeouts(connect: .milliseconds(200))
        let failure = try await client.failure(
            .init(method: "POST", url: "https://127.0.0.1:\(server.port)/", timeouts: timeouts))
        #expect(failure.kind == .timeout(.connect))
        #expect(!failure.requestMayHaveBeenSent)
    }

    @Test("a certificate file that is missing: not sent")
    func missingFile() async throws {
        let server = try TestServer { _, peer in peer.waitForEnd() }
        let failure = try await client.failure(
            .init(url: "https://127.0.0.1:\(server.port)/", caFile: "/nonexistent.pem"))
        #expect(failure.kind == .tls)
        #expect(!failure.requestMayHaveBeenSent)
    }
}
