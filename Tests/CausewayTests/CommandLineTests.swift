import Testing

@testable import causeway

@Suite("Command line")
struct CommandLineTests {
    private let reader = CommandLineReader(commands: Commands.all, environment: [:])

    private func run(_ words: String...) -> Invocation? {
        if case .run(let invocation) = reader.read(words) { invocation } else { nil }
    }

    private func refusal(_ words: [String]) -> String? {
        if case .usage(let text) = reader.read(words) { text } else { nil }
    }

    @Test("reads arguments and options in any order")
    func reads() throws {
        let invocation = try #require(
            run("apply", "--dry-run", "file.json", "--credentials=/tmp/a=b", "--json"))
        #expect(invocation.command.name == "apply" && invocation.arguments == ["file.json"])
        #expect(invocation.options == ["dry-run": "", "credentials": "/tmp/a=b", "json": ""])
        #expect(run("apply", "-")?.arguments == ["-"])
        #expect(run("apply", "--", "--odd")?.arguments == ["--odd"])
        #expect(run("app", "create", "shop", "web")?.arguments == ["shop", "web"])
        #expect(run("order", "list", "--limit", "5")?.options == ["limit": "5"])
        #expect(run("app", "list")?.arguments == [])
    }

    @Test(
        "refuses what it does not know, with what was meant",
        arguments: [
            (["serv"], "serve"), (["aplly", "x"], "apply"), (["apply", "x", "--dryrun"], "--dry-run"),
            (["merchant", "lst"], "list"), (["account", "enabel", "x"], "enable"),
            (["order", "list", "--jsn"], "--json"),
        ])
    func suggests(words: [String], meant: String) throws {
        let text = try #require(refusal(words))
        #expect(text.contains("did you mean '\(meant)'?"), "\(text)")
    }

    @Test("says what a group of commands has, where nothing is near")
    func listsTheGroup() throws {
        let text = try #require(refusal(["merchant", "add", "x"]))
        #expect(text == "'merchant' has no command 'add'\nIt has: list, show")
    }

    @Test(
        "refuses what is missing, too much, or there twice",
        arguments: [
            [], ["apply"], ["apply", "a", "b"], ["apply", "a", "--json", "--json"],
            ["apply", "a", "--credentials"],
            ["apply", "a", "--json=yes"], ["app", "create", "shop"], ["merchant"], ["version", "x"], ["-x"],
        ])
    func refuses(words: [String]) { #expect(refusal(words) != nil) }

    @Test("every command has help, and a usage line of its own")
    func help() throws {
        for command in Commands.all {
            let words = command.name.split(separator: " ").map(String.init)
            guard case .help(let text) = reader.read(words + ["--help"]) else {
                Issue.record("\(command.name) has no help")
                continue
            }
            #expect(text.hasPrefix("Usage: causeway \(command.name)"))
            for option in command.options { #expect(text.contains("--\(option.name)")) }
        }
        guard case .help(let overview) = reader.read(["--help"]) else {
            Issue.record("no overview")
            return
        }
        for command in Commands.all { #expect(overview.contains(command.name)) }
        #expect(Set(Commands.all.map(\.name)).count == Commands.all.count)
    }
}
