internal import Cryptography
internal import Postgres

/// The database's schema against the migrations that came with this program.
enum Schema {
    /// The migrations, as files.
    static func files(_ configuration: Configuration) throws(CommandFailure) -> [(name: String, sql: [UInt8])]
    {
        let folder = configuration.migrationsFolder
        let names = Files.entries(of: folder)?.filter { $0.hasSuffix(".sql") } ?? []
        guard !names.isEmpty else {
            throw CommandFailure(
                .configuration,
                "There are no migrations in \(folder): set CAUSEWAY_MIGRATIONS, or CAUSEWAY_SHARE to the folder above"
            )
        }
        var files: [(name: String, sql: [UInt8])] = []
        for name in names {
            do throws(Files.Failure) {
                files.append((name, try Files.read("\(folder)/\(name)")))
            } catch {
                throw CommandFailure(.configuration, "\(error.path) cannot be read: \(error.reason)")
            }
        }
        return files
    }

    /// SHA-256 in hexadecimal, as the table of applied migrations keeps it.
    static let checksum: @Sendable ([UInt8]) -> String = { Hex.encode(Digest.sha256($0)) }

    /// Refuses a database whose schema is behind or ahead, and says what to do.
    static func require(in database: PostgresPool, _ configuration: Configuration) async throws {
        let status = try await Migrations.status(of: files(configuration), in: database)
        if let advice = status.advice { throw CommandFailure(.failed, advice) }
    }
}
