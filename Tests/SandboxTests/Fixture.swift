import Glibc
import Testing

@testable import sandbox

/// Files beside the tests, and a sandbox without a socket.
enum Fixture {
    static func json(_ name: String, file: String = #filePath) throws -> JSONObject {
        let folder = file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex)
        let bytes = try read("\(folder)/Fixtures/\(name).json")
        return try unwrap(try JSONReader.read(bytes).object)
    }

    static func front() throws -> Front {
        let accounts = try DemoAccounts.all(keysIn: keys())
        let world = World(accounts: accounts)
        // What nobody acknowledges is not repeated while other tests run, or while the process ends.
        world.state.withLock { $0.settings.callbackRetryMs = 3_600_000 }
        return Front(world: world, publicURL: "http://sandbox.test")
    }

    /// The merchant's side of HaiPay's demo account.
    static func merchantKey() throws -> RSAKey {
        try privateKey("haipay_merchant")
    }

    static func platformKey() throws -> RSAKey {
        try publicKey("haipay_platform")
    }

    /// A demo account's key that the sandbox does not use itself: the other side's.
    static func privateKey(_ name: String) throws -> RSAKey {
        let bytes = try read("\(keys())/\(name)_private.b64")
        return try unwrap(RSAKey(privateBase64: String(decoding: bytes, as: UTF8.self)))
    }

    static func publicKey(_ name: String) throws -> RSAKey {
        let bytes = try read("\(keys())/\(name)_public.b64")
        return try unwrap(RSAKey(publicBase64: String(decoding: bytes, as: UTF8.self)))
    }

    private static func keys(file: String = #filePath) -> String {
        var folder = file[...]
        for _ in 0..<3 { folder = folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.endIndex) }
        return "\(folder)/deploy/sandbox"
    }

    static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        try #require(file >= 0, "cannot open \(path)")
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = Glibc.read(file, &chunk, chunk.count), count > 0 {
            content += chunk.prefix(count)
        }
        return content
    }
}

/// Waits until a condition holds, five seconds at most.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<500 {
        if condition() { return true }
        Threads.sleep(milliseconds: 10)
    }
    return condition()
}

/// The value, or a failed test that says where: `#require` does not nest.
func unwrap<Value>(_ value: Value?, at location: SourceLocation = #_sourceLocation) throws -> Value {
    try #require(value, sourceLocation: location)
}
