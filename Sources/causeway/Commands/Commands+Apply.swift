internal import Core
internal import JSON
internal import Orchestration

extension Commands {
    static let apply = Command(
        name: "apply", summary: "Bring merchants, apps and provider accounts to what a file says",
        details: """
            FILE holds one JSON object with merchants, apps and accounts; - reads standard input. What it does not name
            stays as it is, nothing is deleted, and applying it again changes nothing. All of it is checked before anything
            is written. A secret may stand as {"file": "path"} (relative to FILE) or {"env": "NAME"}. New apps without keys
            get them, shown once.
            """,
        arguments: [Command.Argument(name: "FILE", help: "the document; - for standard input")],
        options: [
            Command.Option(name: "dry-run", help: "only say what would change"),
            Command.Option(
                name: "credentials", value: "PATH",
                help:
                    "append new apps' keys to this file, readable by its owner alone, instead of showing them"
            ),
            Command.json,
        ],
        needs: [.databaseURL, .masterKey]
    ) { invocation in
        Session.run(invocation) { session in
            let document = try document(invocation)
            let isDryRun = invocation.options["dry-run"] != nil
            if !isDryRun { try CredentialsFile.prepare(invocation.options["credentials"]) }
            let report = try await session.administration().apply(
                document, dryRun: isDryRun,
                actor: Session.actor(invocation.environment))
            // The keys first: they are told once, and what follows may fail.
            let areSaved = CredentialsFile.save(report.keys, to: invocation.options["credentials"])
            if invocation.wantsJSON {
                var json = report.json.objectValue ?? JSONObject()
                if areSaved { json["keys"] = [] }
                Console.json(.object(json))
            } else {
                report.warnings.forEach(Console.error)
                for line in ReportText.lines(
                    report, keysAreIn: areSaved ? invocation.options["credentials"] : nil)
                {
                    Console.line(line)
                }
            }
        }
    }

    private static func document(_ invocation: Invocation) throws(CommandFailure) -> JSON {
        let path = invocation.arguments[0]
        let written: JSON
        do {
            let limits = JSON.Limits(bytes: Files.bytesMax)
            written = try JSON.parse(try Files.read(path)[...], limits: limits)
        } catch let error as Files.Failure {
            throw CommandFailure(.configuration, "\(path) cannot be read: \(error.reason)")
        } catch {
            throw CommandFailure(.configuration, "\(path) is not a JSON document: \(error)")
        }
        var references = SecretReferences(
            folder: path == "-" ? "." : Files.folder(of: path), environment: invocation.environment)
        let document = references.resolve(written)
        guard references.problems.isEmpty else {
            throw CommandFailure(.configuration, references.problems.joined(separator: "\n"))
        }
        return document
    }
}

/// Keys of new apps, for shell scripts.
enum CredentialsFile {
    /// Finds out whether the file can be written while nothing is done yet: keys are told once.
    static func prepare(_ path: String?) throws(CommandFailure) {
        guard let path else { return }
        do throws(Files.Failure) {
            try Files.append("", toPrivate: path)
        } catch {
            throw CommandFailure(
                .configuration, "\(path) cannot be written: \(error.reason); nothing was done")
        }
    }

    /// Appends keys to a file; gives whether they are kept there.
    static func save(_ keys: [IssuedKeys], to path: String?) -> Bool {
        guard let path else { return false }
        guard !keys.isEmpty else { return true }
        do throws(Files.Failure) {
            try Files.append(keys.map(text).joined(), toPrivate: path)
            return true
        } catch {
            // They are in the database by now and nowhere else: better shown than lost.
            Console.error("\(path) cannot be written: \(error.reason)")
            return false
        }
    }

    private static func text(_ keys: IssuedKeys) -> String {
        """
        # \(keys.merchantName)/\(keys.appName)
        CAUSEWAY_APP_ID=\(keys.app.text(.app))
        CAUSEWAY_ACCESS_KEY=\(keys.accessKey)
        CAUSEWAY_SECRET_KEY=\(keys.secretKey)

        """
    }
}

/// What was applied, for people.
enum ReportText {
    static func lines(_ report: ApplyReport, keysAreIn path: String?) -> [String] {
        var lines: [String] = []
        for change in report.changes where change.action != .unchanged {
            let verb = report.isDryRun ? "would be \(change.action.rawValue)" : change.action.rawValue
            // The id of what is not made is nobody's.
            let isMadeUp = report.isDryRun && change.action == .created
            lines.append(
                "\(change.kind.rawValue) \(change.name): \(verb)" + (isMadeUp ? "" : " (\(change.subject))"))
            lines += change.fields.map(field)
        }
        let unchanged = report.changes.count { $0.action == .unchanged }
        if unchanged > 0 { lines.append("\(unchanged) unchanged") }
        if report.changes.isEmpty { lines.append("The document names nothing.") }
        return lines + keys(report.keys, path)
    }

    /// Keys that are shown once.
    static func keys(_ keys: [IssuedKeys], _ path: String?) -> [String] {
        guard !keys.isEmpty else { return [] }
        if let path {
            return ["The keys of \(keys.count) new app\(keys.count == 1 ? "" : "s") are in \(path)."]
        }
        return ["", "Keys, shown this once:"]
            + keys.flatMap { key in
                [
                    "  \(key.merchantName)/\(key.appName)", "    app id      \(key.app.text(.app))",
                    "    access key  \(key.accessKey)", "    secret key  \(key.secretKey)",
                ]
            }
    }

    private static func field(_ field: DirectoryChange.Field) -> String {
        if field.isSecret { return "  \(field.name): changed" }
        let text = { (value: JSON?) in
            value.map { String(decoding: $0.compact(), as: UTF8.self) } ?? "nothing"
        }
        return "  \(field.name): \(text(field.from)) → \(text(field.to))"
    }
}
