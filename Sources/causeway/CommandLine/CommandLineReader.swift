internal import Orchestration

/// Makes an invocation of what was typed, or says what is wrong with it.
struct CommandLineReader {
    let commands: [Command]
    let environment: [String: String]

    enum Result {
        case run(Invocation)
        /// For standard output; exit 0.
        case help(String)
        /// For standard error; exit 2.
        case usage(String)
    }

    /// - Parameter words: without the program's name.
    func read(_ words: [String]) -> Result {
        guard let first = words.first else { return .usage(overview) }
        if first == "--help" || first == "-h" { return .help(overview) }
        if first == "--version" { return read(["version"] + words.dropFirst()) }
        guard let command = command(of: words) else { return unknown(words) }
        return invocation(command, Array(words.dropFirst(command.name.split(separator: " ").count)))
    }

    /// The command whose words these begin with, the longest one.
    private func command(of words: [String]) -> Command? {
        commands.filter { words.starts(with: $0.name.split(separator: " ").map(String.init)) }
            .max { $0.name.count < $1.name.count }
    }

    private func unknown(_ words: [String]) -> Result {
        let group = commands.filter { $0.name.hasPrefix(words[0] + " ") }
        if !group.isEmpty {
            let verbs = group.map { String($0.name.dropFirst(words[0].count + 1)) }
            guard words.count > 1, words[1] != "--help", words[1] != "-h" else {
                let text = Self.list(group).joined(separator: "\n")
                return words.count > 1 ? .help(text) : .usage(text)
            }
            return .usage(
                Self.complaint("'\(words[0])' has no command", words[1], verbs)
                    + "\nIt has: " + verbs.joined(separator: ", "))
        }
        let known = commands.map { String($0.name.prefix { $0 != " " }) }
        return .usage(
            Self.complaint("there is no command", words[0], known) + "\nAll commands: causeway --help")
    }

    private func invocation(_ command: Command, _ words: [String]) -> Result {
        var arguments: [String] = []
        var options: [String: String] = [:]
        var rest = words[...]
        var onlyArguments = false
        while let word = rest.popFirst() {
            if onlyArguments || !word.hasPrefix("-") || word == "-" {
                arguments.append(word)
            } else if word == "--" {
                onlyArguments = true
            } else if word == "--help" || word == "-h" {
                return .help(command.help)
            } else if let complaint = take(word, command, &rest, &options) {
                return .usage(complaint + "\nUsage: \(command.usage)")
            }
        }
        let least = command.arguments.count { !$0.isOptional }
        if arguments.count < least {
            let missing = command.arguments[arguments.count]
            return .usage("\(missing.name) is missing: \(missing.help)\nUsage: \(command.usage)")
        }
        if arguments.count > command.arguments.count {
            return .usage("'\(arguments[command.arguments.count])' is too much\nUsage: \(command.usage)")
        }
        return .run(
            Invocation(command: command, arguments: arguments, options: options, environment: environment))
    }

    /// Takes one option, `--name`, `--name value` or `--name=value`; gives what is wrong.
    private func take(
        _ word: String, _ command: Command, _ rest: inout ArraySlice<String>,
        _ options: inout [String: String]
    ) -> String? {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard let option = command.options.first(where: { "--" + $0.name == parts[0] }) else {
            let known = command.options.map { "--" + $0.name } + ["--help"]
            return Self.complaint("there is no option", parts[0], known)
        }
        guard options[option.name] == nil else { return "\(parts[0]) is there twice" }
        guard let value = option.value else {
            if parts.count == 2 { return "\(parts[0]) takes no value" }
            options[option.name] = ""
            return nil
        }
        guard let given = parts.count == 2 ? parts[1] : rest.popFirst(), !given.isEmpty else {
            return "\(parts[0]) needs a value: \(value)"
        }
        options[option.name] = given
        return nil
    }

    private static func complaint(_ what: String, _ word: String, _ known: [String]) -> String {
        let text = "\(what) '\(word.prefix(64))'"
        guard let nearest = Spelling.nearest(word, among: known) else { return text }
        return text + "; did you mean '\(nearest)'?"
    }

    private static func list(_ commands: [Command]) -> [String] {
        Console.table(commands.map { ["  " + $0.name, $0.summary] })
    }

    /// All commands.
    var overview: String {
        let codes = Console.table(ExitCode.table.map { ["  \($0.code.rawValue)", $0.meaning] })
        let lines =
            [
                "Usage: causeway COMMAND", "", "Causeway \(Version.text), a payment orchestrator.", "",
                "Commands:",
            ]
            + Self.list(commands)
            + [
                "", "Each has --help. The environment configures it: causeway help configuration", "",
                "Exit codes:",
            ]
            + codes
        return lines.joined(separator: "\n")
    }
}
