internal import Core
internal import JSON

/// Reads one object of a document member by member and adds every problem, with its pointer (RFC 6901) and what would be
/// right. `null` is the same as left out.
struct ObjectReader {
    let pointer: String
    let problems: Problems
    private let object: JSONObject
    /// Else that was said, and what it lacks goes without saying.
    private let isObject: Bool
    private var known: [String] = []

    init(_ value: JSON, at pointer: String, _ problems: Problems) {
        self.pointer = pointer
        self.problems = problems
        object = value.objectValue ?? JSONObject()
        isObject = value.objectValue != nil
        if !isObject { problems.add(pointer, "must be an object") }
    }

    /// The members, by name, that no other call is to read.
    var members: [JSONObject.Member] { object.members }

    func place(_ name: String) -> String { "\(pointer)/\(Self.escape(name))" }

    func report(_ name: String, _ detail: String) { problems.add(place(name), detail) }

    private func problem<Wanted>(_ name: String, _ detail: String) -> Wanted? {
        report(name, detail)
        return nil
    }

    mutating func value(_ name: String) -> JSON? {
        known.append(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    /// A text of which something is made; `what` ends the sentence "must be …".
    mutating func text<Wanted>(
        _ name: String, _ what: @autoclosure () -> String, _ make: (String) -> Wanted?
    ) -> Wanted? {
        guard let value = value(name) else { return nil }
        guard let made = value.stringValue.flatMap(make) else { return problem(name, "must be \(what())") }
        return made
    }

    /// The same, and it must be there.
    mutating func required<Wanted>(
        _ name: String, _ what: @autoclosure () -> String, _ make: (String) -> Wanted?
    ) -> Wanted? {
        reportMissing(name, what())
        return text(name, what(), make)
    }

    /// Adds a problem where a member is not there. `what` ends the sentence "must be …".
    func reportMissing(_ name: String, _ what: @autoclosure () -> String) {
        if isObject, object[name]?.isNull ?? true { report(name, "is missing: must be \(what())") }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.int64, range.contains(number) else {
            return problem(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    /// A list's elements with their pointers; empty where it was left out. One that is there has an element at least.
    mutating func list(_ name: String, max: Int) -> [(value: JSON, pointer: String)] {
        guard let value = value(name) else { return [] }
        guard let elements = value.arrayValue, (1...max).contains(elements.count) else {
            report(name, "must be a list of 1 to \(max) elements; leave it out for none")
            return []
        }
        let place = place(name)
        return elements.enumerated().map { ($1, "\(place)/\($0)") }
    }

    /// A list of texts of which something is made, no two alike.
    mutating func texts<Wanted: Equatable>(
        _ name: String, max: Int, _ what: @autoclosure () -> String, _ make: (String) -> Wanted?
    ) -> [Wanted] {
        var found: [Wanted] = []
        for element in list(name, max: max) {
            guard let made = element.value.stringValue.flatMap(make) else {
                problems.add(element.pointer, "must be \(what())")
                continue
            }
            if found.contains(made) {
                problems.add(element.pointer, "is there twice; leave one out")
            } else {
                found.append(made)
            }
        }
        return found
    }

    /// An amount of a currency, in minor units.
    mutating func amount(_ name: String, _ currency: Currency, from least: Int64 = 0) -> Int64? {
        text(name, "an amount such as \"\(Money(minor: 12_345, currency).decimal)\"") { text in
            let minor = text.utf8.count <= 32 ? try? Money(decimal: text, currency).minor : nil
            return minor.flatMap { $0 >= least ? $0 : nil }
        }
    }

    /// Refuses members that nobody asked for.
    func finish() {
        for name in object.keys where !known.contains(name) {
            report(name, "is not known here; known: " + known.joined(separator: ", "))
        }
    }

    /// A member's name as a pointer has it; a long one is cut.
    static func escape(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(64) {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
