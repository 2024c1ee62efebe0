internal import Core
internal import JSON

/// Reads one JSON object member by member and collects every problem, each with its pointer (RFC 6901) and what would be
/// right. `null` is the same as left out, unless a member says otherwise.
struct FormReader {
    /// Where the object stands in the document.
    let pointer: String
    private let object: JSONObject
    private var known: [String] = []
    private(set) var problems: [FieldProblem] = []

    init(_ value: JSON, at pointer: String) {
        self.pointer = pointer
        object = value.objectValue ?? JSONObject()
        if value.objectValue == nil { report(nil, "must be an object") }
    }

    /// A member as it is, `null` included.
    mutating func value(_ name: String) -> JSON? {
        known.append(name)
        return object[name]
    }

    private mutating func present(_ name: String) -> JSON? {
        guard let value = value(name), !value.isNull else { return nil }
        return value
    }

    /// A text that passes a check, which says what is wrong.
    mutating func text(_ name: String, _ complaint: (String) -> String?) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.stringValue else { return problem(name, "must be a text") }
        if let complaint = complaint(text) { return problem(name, complaint) }
        return text
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = present(name) else { return nil }
        guard let flag = value.boolValue else { return problem(name, "must be true or false") }
        return flag
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int? {
        guard let value = present(name) else { return nil }
        guard let number = value.int64, range.contains(number) else {
            return problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    mutating func identifier(_ name: String, _ kind: Identifier.Kind) -> Identifier? {
        guard let value = present(name) else { return nil }
        guard let id = value.stringValue.flatMap({ Identifier($0, kind) }) else {
            return problem(name, "must be \(kind.rawValue)_ and 26 letters; leave it out for a new one")
        }
        return id
    }

    mutating func object(_ name: String) -> JSONObject? {
        guard let value = present(name) else { return nil }
        guard let object = value.objectValue else { return problem(name, "must be an object") }
        return object
    }

    /// A list whose elements each give something or a complaint; elements must differ.
    mutating func texts(_ name: String, max: Int, _ complaint: (String) -> String?) -> [String]? {
        guard let elements = list(name, max: max) else { return nil }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            let place = "\(name)/\(index)"
            guard let text = element.stringValue else {
                report(place, "must be a text")
                continue
            }
            if let complaint = complaint(text) {
                report(place, complaint)
            } else if texts.contains(text) {
                report(place, "is there twice; leave one out")
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    mutating func list(_ name: String, max: Int) -> [JSON]? {
        guard let value = present(name) else { return nil }
        guard let elements = value.arrayValue else { return problem(name, "must be a list") }
        guard elements.count <= max else { return problem(name, "must have at most \(max) elements") }
        return elements
    }

    /// Adds a problem at a member, or at the object itself.
    mutating func report(_ name: String?, _ detail: String) {
        problems.append(
            FieldProblem(pointer: name.map { "\(pointer)/\($0)" } ?? pointer, detail: detail))
    }

    /// Adds a problem, and gives the nil that the caller has then.
    private mutating func problem<Wanted>(_ name: String, _ detail: String) -> Wanted? {
        report(name, detail)
        return nil
    }

    /// Refuses members that nobody asked for.
    mutating func finish() {
        for name in object.keys where !known.contains(name) {
            let guess = Spelling.nearest(name, among: known).map { "did you mean '\($0)'?" }
            report(
                Self.escape(name),
                "is not known here; " + (guess ?? "known: " + known.joined(separator: ", ")))
        }
    }

    /// A member's name as a pointer has it.
    static func escape(_ name: String) -> String {
        var text = ""
        for character in name.unicodeScalars.prefix(64) {
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
