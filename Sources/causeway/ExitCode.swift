/// How a command ended, for scripts.
enum ExitCode: Int32, Sendable {
    /// Done.
    case done = 0
    /// Tried and failed: the database does not answer, what was asked for is not there, or the output cannot be written.
    case failed = 1
    /// The command line is wrong; nothing was done.
    case usage = 2
    /// The configuration, or a file that was to be applied, is wrong; nothing was done.
    case configuration = 3

    /// For the help texts.
    static let table: [(code: ExitCode, meaning: String)] = [
        (.done, "done"),
        (.failed, "tried and failed: no database, no such thing, no room for the output"),
        (.usage, "the command line is wrong; nothing was done"),
        (.configuration, "the configuration, or the document to apply, is wrong; nothing was done"),
    ]
}

/// Ends a command with a sentence for standard error.
struct CommandFailure: Error {
    let code: ExitCode
    /// Without a line's end.
    let message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
