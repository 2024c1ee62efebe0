public import Core
internal import Cryptography

/// Seals secrets and personal data with AES-256-GCM, with a key of its own for each purpose, all derived from the master
/// key by HKDF (RFC 5869). A sealed value is bound to its purpose and to the id it belongs to: moved to another row, it
/// does not open.
public struct Vault: Sendable {
    /// What a sealed value is. The words go into the keys: changing one loses what was sealed under it.
    public enum Purpose: String, Sendable, CaseIterable {
        /// A provider account's secret settings, by the account's id.
        case accountSecrets = "account-secrets"
        /// What signs an app's bodies and notifications, by the app's id.
        case signingKey = "signing-key"
        /// An order's counterparty, by the order's id.
        case counterparty = "counterparty"
        /// A provider's callback as it came, by the account's id.
        case callback = "callback"
        /// What was prepared for an attempt, by the attempt's id.
        case preparation = "preparation"
        /// What authorises a provider account's calls, by the account's id.
        case session = "session"
        /// The known text that tells a wrong master key.
        case check = "check"
    }

    /// Bytes of a master key.
    public static let masterKeyBytes = 32

    /// Signs access tokens: 32 bytes.
    public let accessTokenKey: [UInt8]
    /// Signs quotes: 32 bytes.
    public let quoteKey: [UInt8]
    /// Signs the addresses of payers' pages: 32 bytes.
    public let paymentPageKey: [UInt8]
    private let ciphers: [Purpose: AESGCM]

    /// A vault of a master key.
    ///
    /// - Throws: `.masterKey` unless the key has 32 bytes.
    public init(masterKey: [UInt8]) throws(VaultError) {
        guard masterKey.count == Self.masterKeyBytes else { throw .masterKey(bytes: masterKey.count) }
        let subKey = { (use: String) in
            HKDF.derive(key: masterKey, info: Array("causeway/\(use)".utf8), count: 32)
        }
        accessTokenKey = subKey("access-token")
        quoteKey = subKey("quote")
        paymentPageKey = subKey("payment-page")
        var ciphers: [Purpose: AESGCM] = [:]
        for purpose in Purpose.allCases {
            do throws(CryptographyError) {
                ciphers[purpose] = try AESGCM(key: subKey("seal/\(purpose.rawValue)"))
            } catch {
                throw .failed(error.description)
            }
        }
        self.ciphers = ciphers
    }

    /// Seals a value; it can be opened for the same purpose and id only.
    ///
    /// - Throws: `.failed` when the machine's cryptography fails.
    public func seal(
        _ plaintext: [UInt8], for purpose: Purpose, id: Identifier
    ) throws(VaultError) -> [UInt8] {
        let cipher = try cipher(for: purpose)
        do throws(CryptographyError) {
            return try cipher.seal(plaintext, authenticating: Self.binding(purpose, id))
        } catch {
            throw .failed(error.description)
        }
    }

    /// Opens what `seal` made for the same purpose and id.
    ///
    /// - Throws: `.notAuthentic` where the value was altered, moved, or sealed under another master key.
    public func open(
        _ sealed: [UInt8], for purpose: Purpose, id: Identifier
    ) throws(VaultError) -> [UInt8] {
        let cipher = try cipher(for: purpose)
        do throws(CryptographyError) {
            return try cipher.open(sealed, authenticating: Self.binding(purpose, id))
        } catch .notAuthentic {
            throw .notAuthentic
        } catch {
            throw .failed(error.description)
        }
    }

    private func cipher(for purpose: Purpose) throws(VaultError) -> AESGCM {
        guard let cipher = ciphers[purpose] else { throw .failed("no key for \(purpose.rawValue)") }
        return cipher
    }

    private static func binding(_ purpose: Purpose, _ id: Identifier) -> [UInt8] {
        var bytes = Array(purpose.rawValue.utf8) + [0]
        for half in [id.high, id.low] {
            withUnsafeBytes(of: half.bigEndian) { bytes += $0 }
        }
        return bytes
    }
}

/// Why the vault did not do it. Never holds any part of a key or a value.
public enum VaultError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The master key has this many bytes and not 32.
    case masterKey(bytes: Int)
    /// A sealed value that is damaged, belongs elsewhere, or was sealed under another master key.
    case notAuthentic
    /// This master key is not the one that the database was filled under.
    case wrongMasterKey
    /// The machine's cryptography failed; its own words.
    case failed(String)

    /// For an operator.
    public var description: String {
        switch self {
        case .masterKey(let bytes):
            "the master key must have \(Vault.masterKeyBytes) bytes, not \(bytes)"
        case .notAuthentic:
            "a sealed value does not open: it was altered, moved, or sealed under another master key"
        case .wrongMasterKey:
            "this database was filled under another master key: start with the CAUSEWAY_MASTER_KEY that it was first "
                + "used with (nothing sealed can be read with any other)"
        case .failed(let words): "cryptography failed: \(words)"
        }
    }
}
