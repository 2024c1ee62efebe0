internal import HTTP

/// Proactive negotiation (RFC 9110 section 12.5.1), as far as one form of every answer needs it.
enum Acceptance {
    /// What a route's good answers are.
    enum Form: Sendable {
        /// `application/json`; who takes a problem document alone is answered too.
        case json
        /// `image/svg+xml`.
        case svg
        /// What the route likes: it does not ask.
        case any

        fileprivate var names: [String] {
            switch self {
            case .json: ["application/json", "application/problem+json"]
            case .svg: ["image/svg+xml"]
            case .any: []
            }
        }

        /// The type itself.
        var name: String { names.first ?? "*/*" }

        /// Before the slash.
        fileprivate var type: Substring { name.prefix { $0 != "/" } }
    }

    /// Whether a client that sent this Accept takes the form. What cannot be read is no reason to refuse.
    static func takes(_ form: Form, _ accept: String?) -> Bool {
        if case .any = form { return true }
        guard let accept, !accept.isEmpty else { return true }
        var best = (specificity: -1, isWanted: true)
        for range in accept.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.trimmingBlanks.lowercased() }
            guard let name = parts.first, let specificity = specificity(of: name, form),
                specificity >= best.specificity
            else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            best = (specificity, quality.map { !isZero($0) } ?? true)
        }
        return best.specificity >= 0 && best.isWanted
    }

    private static func specificity(of range: String, _ form: Form) -> Int? {
        if range == "*/*" { return 0 }
        if range == "\(form.type)/*" { return 1 }
        return form.names.contains(range) ? 2 : nil
    }

    private static func isZero(_ quality: Substring) -> Bool {
        !quality.isEmpty && quality.allSatisfy { $0 == "0" || $0 == "." }
    }
}

extension Substring {
    /// Without spaces and tabs at either end.
    var trimmingBlanks: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
