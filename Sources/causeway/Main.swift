internal import Glibc

/// The program.
@main
enum Main {
    static func main() {
        let reader = CommandLineReader(commands: Commands.all, environment: environmentVariables())
        switch reader.read(Array(CommandLine.arguments.dropFirst())) {
        case .run(let invocation):
            var code = invocation.command.run(invocation)
            if let loss = Console.loss {
                Console.error(
                    "Standard output could not be written: \(loss). What was done stays done; keys that were to be shown are lost: "
                        + "make new ones with causeway app rotate")
                if case .done = code { code = .failed }
            }
            exit(code.rawValue)
        case .help(let text):
            Console.line(text)
            exit(ExitCode.done.rawValue)
        case .usage(let text):
            Console.error(text)
            exit(ExitCode.usage.rawValue)
        }
    }

    private static func environmentVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
