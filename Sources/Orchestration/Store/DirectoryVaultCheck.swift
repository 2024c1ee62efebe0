internal import Core
public import Postgres

/// Tells a wrong master key before anything is sealed under it: a known text, sealed at the first use of a database.
public enum VaultCheck {
    private static let text = Array("causeway vault check".utf8)
    private static let id = Identifier(high: 0, low: 0)

    private static let read = Statement("vault_check_read", "SELECT sealed FROM vault_check")
    private static let write = Statement(
        "vault_check_write", "INSERT INTO vault_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING")

    /// Passes where the vault has the key that this database was first used with; the first use is remembered.
    ///
    /// - Throws: `.vault(.wrongMasterKey)`, or `.database`.
    public static func confirm(_ vault: Vault, in database: PostgresPool) async throws(DirectoryError) {
        do {
            if let sealed = try await stored(in: database) { return try check(sealed, vault) }
            let sealed = try vault.seal(text, for: .check, id: id)
            _ = try await database.query(write, [.bytes(sealed)])
            // Another process may have been first, with another key.
            if let sealed = try await stored(in: database) { try check(sealed, vault) }
        } catch {
            throw DirectoryError(error)
        }
    }

    private static func stored(in database: PostgresPool) async throws(PostgresError) -> [UInt8]? {
        let rows = try await database.query(read)
        return try rows.first?.bytes("sealed")
    }

    private static func check(_ sealed: [UInt8], _ vault: Vault) throws(VaultError) {
        do throws(VaultError) {
            guard try vault.open(sealed, for: .check, id: id) == text else { throw .wrongMasterKey }
        } catch .notAuthentic {
            throw .wrongMasterKey
        }
    }
}
