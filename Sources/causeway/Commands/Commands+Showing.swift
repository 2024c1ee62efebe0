internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    /// Shows a list: a JSON array, or a table with a heading.
    static func show(_ list: [JSON], _ invocation: Invocation, _ heading: [String], _ rows: () -> [[String]])
    {
        if invocation.wantsJSON { return Console.json(.array(list)) }
        if list.isEmpty { return Console.line("There are none.") }
        Console.table([heading] + rows()).forEach(Console.line)
    }

    /// Shows one thing: as JSON in one line, or a line for each member.
    static func showOne(_ value: JSON, _ invocation: Invocation) {
        if invocation.wantsJSON { return Console.json(value) }
        Console.table(rows(value, "")).forEach(Console.line)
    }

    /// Says that something was done, or shows what became of it.
    static func done(_ sentence: String, _ value: JSON, _ invocation: Invocation) {
        if invocation.wantsJSON { Console.json(value) } else { Console.line(sentence) }
    }

    private static func rows(_ value: JSON, _ indent: String) -> [[String]] {
        (value.objectValue?.members ?? []).flatMap { name, member -> [[String]] in
            switch member {
            case .object(let object) where !object.isEmpty:
                return [[indent + name, ""]] + rows(member, indent + "  ")
            case .array(let elements) where elements.contains { $0.objectValue != nil }:
                return [[indent + name, ""]]
                    + elements.flatMap { rows($0, indent + "  ") + [["", ""]] }.dropLast()
            default: return [[indent + name, text(member)]]
            }
        }
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .null: "-"
        case .bool(let flag): yes(flag)
        case .string(let text): text
        case .array(let elements): elements.isEmpty ? "-" : elements.map(text).joined(separator: ", ")
        case .number, .object: String(decoding: value.compact(), as: UTF8.self)
        }
    }

    static func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }

    /// What is wrong with what was typed, by the names that it has there.
    static func mistakes(_ problems: [FieldProblem]) -> CommandFailure {
        let arguments = ["/accountId": "ACCOUNT", "/code": "CODE"]
        let lines = problems.map {
            "\(arguments[$0.pointer] ?? "--\($0.pointer.dropFirst())") \($0.detail)"
        }
        return CommandFailure(.usage, lines.joined(separator: "\n"))
    }

    /// What was named, or a sentence with the nearest name that there is.
    static func found<Wanted>(
        _ value: Wanted?, _ kind: String, _ name: String, _ known: [String]
    ) throws(CommandFailure) -> Wanted {
        if let value { return value }
        let guess = Spelling.nearest(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandFailure(.failed, "There is no \(kind) '\(name.prefix(64))'\(guess)")
    }

    /// A merchant by name or id.
    static func merchant(_ text: String, _ directory: Directory) throws(CommandFailure) -> Merchant {
        try found(
            directory.merchants.values.first { $0.name == text || $0.id == Identifier(text, .merchant) },
            "merchant", text, directory.merchants.values.map(\.name))
    }
}
