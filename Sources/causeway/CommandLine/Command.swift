/// One thing that this program does: its words, its help, and what runs it.
struct Command: Sendable {
    /// A positional argument.
    struct Argument: Sendable {
        /// In the usage line: `FILE`.
        let name: String
        let help: String
        var isOptional = false
    }

    /// An option, always with two dashes.
    struct Option: Sendable {
        /// Without the dashes.
        let name: String
        /// In the usage line, where it takes a value: `FILE`.
        var value: String?
        let help: String
    }

    /// How the words are typed: `merchant list`.
    let name: String
    /// A phrase.
    let summary: String
    /// More, for `--help`.
    var details: String = ""
    var arguments: [Argument] = []
    var options: [Option] = []
    /// What of the configuration it needs.
    var needs: Set<Setting.Name> = []
    let run: @Sendable (Invocation) -> ExitCode

    static let json = Option(name: "json", help: "answer in JSON")

    /// `causeway apply FILE [--dry-run]`
    var usage: String {
        var words = ["causeway", name]
        words += arguments.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        words += options.map { option in "[--" + option.name + (option.value.map { " " + $0 } ?? "") + "]" }
        return words.joined(separator: " ")
    }

    /// For `--help`.
    var help: String {
        var lines = ["Usage: \(usage)", "", summary + "."]
        if !details.isEmpty { lines += ["", details] }
        var rows = arguments.map { ["  " + $0.name, $0.help] }
        rows += (options + [Option(name: "help", help: "show this")]).map { option in
            ["  --" + option.name + (option.value.map { " " + $0 } ?? ""), option.help]
        }
        return (lines + [""] + Console.table(rows)).joined(separator: "\n")
    }
}

/// What was typed after a command's words, checked.
struct Invocation: Sendable {
    let command: Command
    /// In the command's order; shorter where optional ones are missing.
    let arguments: [String]
    /// By name; a flag's value is empty.
    let options: [String: String]
    let environment: [String: String]

    var wantsJSON: Bool { options["json"] != nil }

    /// The configuration, as far as the command needs it.
    func configuration() throws(CommandFailure) -> Configuration {
        do throws(ConfigurationProblems) {
            return try Configuration(environment: environment, needed: command.needs)
        } catch {
            throw CommandFailure(.configuration, error.text)
        }
    }
}
