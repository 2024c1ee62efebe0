internal import HTTP

/// Proactive negotiation (RFC 9110 section 12.5.1), as far as one form of every answer needs it.
enum Acceptance {
    /// Whether a client that sent this Accept takes JSON. What cannot be read is no reason to refuse.
    static func takesJSON(_ accept: String?) -> Bool {
        guard let accept, !accept.isEmpty else { return true }
        var best = (specificity: -1, isWanted: true)
        for range in accept.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingBlanks.lowercased() }
            guard let name = parts.first, let specificity = specificity(of: name),
                specificity >= best.specificity
            else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            best = (specificity, quality.map { !isZero($0) } ?? true)
        }
        return best.specificity >= 0 && best.isWanted
    }

    private static func specificity(of range: String) -> Int? {
        switch range {
        case "*/*": 0
        case "application/*": 1
        case "application/json", "application/problem+json": 2
        default: nil
        }
    }

    private static func isZero(_ quality: Substring) -> Bool {
        !quality.isEmpty && quality.allSatisfy { $0 == "0" || $0 == "." }
    }
}

extension Substring {
    /// Without spaces and tabs at either end.
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
