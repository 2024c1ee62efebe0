internal import JSON

/// Every command, in the order the help shows them.
enum Commands {
    static let all: [Command] =
        [serve, migrate, apply, check] + merchants + apps + accounts + orders + [explain] + rules + breakers
        + backtest
        + shadow
        + [
            version, help,
        ]

    static let version = Command(
        name: "version", summary: "Say which version this is", options: [Command.json]
    ) { invocation in
        if invocation.wantsJSON {
            Console.json(["version": .string(Version.text)])
        } else {
            Console.line("causeway \(Version.text)")
        }
        return .done
    }

    static let help = Command(
        name: "help", summary: "Tell of a command, or of the configuration",
        arguments: [
            Command.Argument(name: "TOPIC", help: "a command's words, or: configuration", isOptional: true),
            Command.Argument(name: "VERB", help: "the command's second word", isOptional: true),
        ]
    ) { invocation in
        let reader = CommandLineReader(commands: all, environment: [:])
        let topic = invocation.arguments
        if topic == ["configuration"] {
            Console.line(ConfigurationHelp.text)
            return .done
        }
        switch topic.isEmpty ? .help(reader.overview) : reader.read(topic + ["--help"]) {
        case .help(let text):
            Console.line(text)
            return .done
        case .usage(let text):
            Console.error(text)
            return .usage
        case .run: return .usage
        }
    }
}
