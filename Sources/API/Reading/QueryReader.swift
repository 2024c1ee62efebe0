internal import Core
internal import HTTP

/// Reads a target's parameters strictly and remembers everything that is wrong.
struct QueryReader {
    private let query: Query
    private var known: Set<String> = []
    private(set) var faults: [Problem.Fault] = []

    init(_ request: Request) { query = request.query }

    /// Notes that a parameter is wrong.
    mutating func fault(_ name: String, _ detail: String) {
        faults.append(
            .init(
                place: .query(String(String.UnicodeScalarView(name.unicodeScalars.prefix(64)))),
                detail: detail))
    }

    /// A parameter's value; nil where it is not there.
    mutating func text(_ name: String) -> String? {
        known.insert(name)
        let values = query.all(name)
        if values.count > 1 {
            fault(name, "is there more than once")
            return nil
        }
        return values.first
    }

    /// A whole number within bounds.
    mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            range.contains(number)
        {
            return number
        }
        fault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// `true` or `false`.
    mutating func flag(_ name: String) -> Bool? {
        switch text(name) {
        case nil: return nil
        case "true"?: return true
        case "false"?: return false
        default:
            fault(name, "must be true or false")
            return nil
        }
    }

    /// A moment as in RFC 3339.
    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        // An unescaped plus is read as a space: the one place in RFC 3339 where a space can stand for it.
        let whole = text.replacingSpaceWithPlus
        if let time = Timestamp(iso8601: whole) { return time }
        fault(name, "must be a time as in RFC 3339, such as 2026-11-22T15:00:00Z")
        return nil
    }

    /// One of a list of words.
    mutating func choice<Choice>(_ name: String, _ words: String, _ make: (String) -> Choice?) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = make(text) { return choice }
        fault(name, "must be \(words)")
        return nil
    }

    /// Ends the reading.
    ///
    /// - Throws: when anything was wrong, or there was a parameter that nobody asked for.
    mutating func finish() throws(Problem) {
        guard query.isWellFormed else {
            throw Problem(
                .queryInvalid, "The query is not well-formed percent-encoded UTF-8.", faults: faults)
        }
        for name in query.names where !known.contains(name) { fault(name, "is not a parameter of this call") }
        guard faults.isEmpty else { throw Problem(.queryInvalid, faults: faults) }
    }
}

extension String {
    fileprivate var replacingSpaceWithPlus: String {
        contains(" ") ? split(separator: " ", omittingEmptySubsequences: false).joined(separator: "+") : self
    }
}
