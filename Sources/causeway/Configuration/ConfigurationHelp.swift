/// The settings' table for people, in the terminal and in `docs/configuration.md`.
enum ConfigurationHelp {
    /// For `causeway help configuration`.
    static var text: String {
        var lines = ["Environment variables. An empty one is as one that is not set.", ""]
        for setting in Setting.all {
            lines.append(setting.names.joined(separator: ", or a file's path in "))
            lines.append("    \(setting.meaning)")
            lines.append("    \(setting.bounds)")
            if let fallback = setting.fallbackMeaning ?? setting.fallback {
                lines.append("    default: \(fallback)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The rows of the table in `docs/configuration.md`, which a test holds to this.
    static var markdownRows: [String] {
        Setting.all.map { setting in
            let fallback = setting.fallbackMeaning ?? setting.fallback.map { "`\($0)`" } ?? "none"
            let names = setting.names.map { "`\($0)`" }.joined(separator: "<br>")
            return "| \(names) | \(setting.meaning) | \(fallback) | \(setting.bounds) |"
        }
    }
}
