import Testing

@testable import Cryptography

@Suite struct AESGCMTests {
    private let box: AESGCM

    init() throws { box = try AESGCM(key: Array(0..<32)) }

    @Test("opens what it sealed", arguments: [0, 1, 15, 16, 17, 1000])
    func roundTrip(_ count: Int) throws {
        let plaintext = RandomBytes.make(count)
        let sealed = try box.seal(plaintext, authenticating: [1, 2])
        #expect(sealed.count == count + AESGCM.overhead)
        #expect(sealed[0] == 1)
        #expect(try box.open(sealed, authenticating: [1, 2]) == plaintext)
        #expect(try box.seal(plaintext, authenticating: [1, 2]) != sealed)
    }

    @Test("opens nothing that was altered, bit by bit")
    func alteration() throws {
        let sealed = try box.seal(Array("secret".utf8), authenticating: Array("account 1".utf8))
        for bit in 0..<sealed.count * 8 {
            var altered = sealed
            altered[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptographyError.notAuthentic) {
                try box.open(altered, authenticating: Array("account 1".utf8))
            }
        }
        for count in 0..<sealed.count {
            #expect(throws: CryptographyError.notAuthentic) {
                try box.open(Array(sealed.prefix(count)), authenticating: Array("account 1".utf8))
            }
        }
    }

    @Test("opens nothing with another key or for something else")
    func strangers() throws {
        let sealed = try box.seal([1, 2, 3], authenticating: [1])
        #expect(throws: CryptographyError.notAuthentic) { try box.open(sealed, authenticating: [2]) }
        #expect(throws: CryptographyError.notAuthentic) { try box.open(sealed, authenticating: []) }
        let other = try AESGCM(key: Array(1..<33))
        #expect(throws: CryptographyError.notAuthentic) { try other.open(sealed, authenticating: [1]) }
    }

    /// What is made ready for a key is used again and again: nothing of one value may be in the next, and no nonce twice.
    @Test("seals and opens on many threads at once, with failures in between, and never repeats a nonce")
    func again() async throws {
        let box = box
        let nonces = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            for task in UInt8(0)..<8 {
                group.addTask {
                    var nonces: [[UInt8]] = []
                    for turn in 0..<500 {
                        let plaintext = [UInt8](repeating: task, count: turn)
                        let sealed = try box.seal(plaintext, authenticating: [task])
                        #expect(try box.open(sealed, authenticating: [task]) == plaintext)
                        #expect(throws: CryptographyError.notAuthentic) {
                            try box.open(sealed, authenticating: [task &+ 1])
                        }
                        nonces.append(Array(sealed[1..<13]))
                    }
                    return nonces
                }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0 += $1 }
        }
        #expect(Set(nonces).count == 8 * 500)
    }

    @Test("takes keys of 32 bytes alone", arguments: [0, 16, 31, 33])
    func keys(_ count: Int) {
        #expect(throws: CryptographyError.wrongKeyLength(expected: 32, got: count)) {
            try AESGCM(key: [UInt8](repeating: 0, count: count))
        }
    }

    /// Made with Python's `cryptography`: AESGCM(bytes(range(32))), nonce bytes(range(100, 112)).
    @Test("opens what another implementation sealed")
    func foreign() throws {
        let sealed = try #require(
            Hex.decode(
                "016465666768696a6b6c6d6e6f2e69b10b598c3aed5b15378da800c3cec67c9c076ea51413a35dcf7f94cd"))
        #expect(try box.open(sealed, authenticating: Array("account".utf8)) == Array("from elsewhere".utf8))
    }
}
