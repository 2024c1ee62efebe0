import Core
import Testing

@testable import Orchestration

@Suite("Vault")
struct VaultTests {
    private let key = [UInt8](0..<32)
    private let id = Identifier(high: 1, low: 2)

    @Test("opens what it sealed, empty and long", arguments: [0, 1, 16, 5000])
    func opens(count: Int) throws {
        let vault = try Vault(masterKey: key)
        let text = [UInt8](repeating: 7, count: count)
        let sealed = try vault.seal(text, for: .counterparty, id: id)
        #expect(try Vault(masterKey: key).open(sealed, for: .counterparty, id: id) == text)
        #expect(try vault.seal(text, for: .counterparty, id: id) != sealed, "nonces are random")
    }

    @Test("does not open for another id, for another purpose, under another key")
    func bound() throws {
        let vault = try Vault(masterKey: key)
        let sealed = try vault.seal([1, 2, 3], for: .callback, id: id)
        #expect(throws: VaultError.notAuthentic) {
            try vault.open(sealed, for: .callback, id: Identifier(high: 1, low: 3))
        }
        #expect(throws: VaultError.notAuthentic) {
            try vault.open(sealed, for: .callback, id: Identifier(high: 2, low: 1))
        }
        for purpose in Vault.Purpose.allCases where purpose != .callback {
            #expect(throws: VaultError.notAuthentic) { try vault.open(sealed, for: purpose, id: id) }
        }
        var other = key
        other[31] ^= 1
        let stranger = try Vault(masterKey: other)
        #expect(throws: VaultError.notAuthentic) { try stranger.open(sealed, for: .callback, id: id) }
    }

    @Test("does not open what was altered in any bit")
    func altered() throws {
        let vault = try Vault(masterKey: key)
        let sealed = try vault.seal(Array("secret".utf8), for: .signingKey, id: id)
        for place in sealed.indices {
            for bit in 0..<8 {
                var bad = sealed
                bad[place] ^= 1 << UInt8(bit)
                #expect(throws: VaultError.notAuthentic) { try vault.open(bad, for: .signingKey, id: id) }
            }
        }
        for count in 0..<sealed.count {
            #expect(throws: VaultError.notAuthentic) {
                try vault.open(Array(sealed.prefix(count)), for: .signingKey, id: id)
            }
        }
    }

    @Test("takes a key of 32 bytes only", arguments: [0, 16, 31, 33, 64])
    func lengths(count: Int) {
        #expect(throws: VaultError.masterKey(bytes: count)) {
            try Vault(masterKey: [UInt8](repeating: 0, count: count))
        }
    }

    @Test("derives a key for each use, none of them the master key")
    func subKeys() throws {
        let vault = try Vault(masterKey: key)
        #expect(Set([vault.accessTokenKey, vault.quoteKey, vault.paymentPageKey, key]).count == 4)
        #expect(vault.accessTokenKey.count == 32 && vault.quoteKey.count == 32)
        #expect(vault.paymentPageKey.count == 32)
        #expect(try Vault(masterKey: key).quoteKey == vault.quoteKey)
    }
}
