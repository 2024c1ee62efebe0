public import Postgres

/// Why the directory was not read.
public enum DirectoryError: Error, Sendable, CustomStringConvertible {
    /// The database did not answer, or refused.
    case database(PostgresError)
    /// Something sealed does not open, or the machine's cryptography failed.
    case vault(VaultError)

    /// For an operator, without values.
    public var description: String {
        switch self {
        case .database(let error): error.description
        case .vault(let error): error.description
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as DirectoryError: self = error
        case let error as PostgresError: self = .database(error)
        case let error as VaultError: self = .vault(error)
        default: self = .vault(.failed(String(describing: error)))
        }
    }
}
