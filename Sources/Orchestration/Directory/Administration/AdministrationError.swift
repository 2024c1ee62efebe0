public import Core
public import Postgres

/// Why an administrator's change was not made, or a question not answered. Nothing was written.
public enum AdministrationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with the document, everything at once, with pointers into it. 422.
    case invalid([FieldProblem])
    /// There is no such merchant, app or account. 404.
    case notFound
    /// Another has this name already. 409.
    case nameTaken
    /// The database did not do it. 503. Where it may have been committed, repeating the call shows: all calls but the
    /// making of keys may be repeated.
    case database(PostgresError)
    /// The vault did not do it. 500.
    case vault(VaultError)
    /// A provider did not do it, or could not be asked; the text is for operators. 502.
    case provider(String)

    /// For an operator.
    public var description: String {
        switch self {
        case .invalid(let problems):
            problems.map { "\($0.pointer.isEmpty ? "/" : $0.pointer) \($0.detail)" }.joined(separator: "\n")
        case .notFound: "there is no such thing"
        case .nameTaken: "there is one of this name already"
        case .database(let error): error.description
        case .vault(let error): error.description
        case .provider(let why): why
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as AdministrationError: self = error
        case let error as VaultError: self = .vault(error)
        case let error as PostgresError: self = .database(error)
        default: self = .vault(.failed(String(describing: error)))
        }
    }
}
