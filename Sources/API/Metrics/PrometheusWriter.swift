/// Writes Prometheus' text format, version 0.0.4.
struct PrometheusWriter {
    /// What is written so far.
    private(set) var bytes: [UInt8] = []

    /// Begins a metric.
    mutating func metric(_ name: String, _ type: String, _ help: String) {
        line("# HELP \(name) \(help)")
        line("# TYPE \(name) \(type)")
    }

    /// Adds a sample.
    mutating func sample(
        _ name: String, _ labels: [(String, String)] = [], _ value: some CustomStringConvertible
    ) {
        let told = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        line(told.isEmpty ? "\(name) \(value)" : "\(name){\(told)} \(value)")
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
