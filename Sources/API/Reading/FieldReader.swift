internal import Core
internal import JSON

/// Reads the members of an object strictly and remembers everything that is wrong, so that people mend it in one go.
///
/// A member that is `null` is read as one that is not there.
struct FieldReader {
    private let object: JSONObject
    private let base: String
    /// From a form: numbers and truth values come as text.
    private let isForm: Bool
    /// The members that were asked for: so few that looking through them costs less than hashing.
    private var known: [String] = []
    /// What is wrong so far.
    private(set) var faults: [Problem.Fault] = []

    init(_ fields: BodyFields) { self.init(fields.object, base: "", isForm: fields.isForm) }

    init(_ object: JSONObject, base: String, isForm: Bool = false) {
        self.object = object
        self.base = base
        self.isForm = isForm
    }

    /// The pointer to a member.
    func pointer(_ name: String) -> String { Pointer.member(name, of: base) }

    /// Notes that a member is wrong.
    mutating func fault(_ name: String, _ detail: String) {
        faults.append(.init(place: .body(pointer(name)), detail: detail))
    }

    /// Takes over what a reader of a member found.
    mutating func adopt(_ found: [Problem.Fault]) { faults += found }

    /// A member of any kind.
    mutating func value(_ name: String, required: Bool = false) -> JSON? {
        known.append(name)
        if let value = object[name], !value.isNull { return value }
        if required { fault(name, "is missing") }
        return nil
    }

    /// A string that keeps a rule. From a form, an empty field is one that was not filled in.
    mutating func text(_ name: String, _ rule: TextRule, required: Bool = false) -> String? {
        guard let value = value(name, required: required) else { return nil }
        guard case .string(let text) = value else {
            fault(name, "must be a string")
            return nil
        }
        if isForm, text.isEmpty, rule.length.lowerBound > 0 {
            if required { fault(name, "is missing") }
            return nil
        }
        if let complaint = rule.complaint(about: text) {
            fault(name, complaint)
            return nil
        }
        return text
    }

    /// A whole number within bounds.
    mutating func integer(_ name: String, _ range: ClosedRange<Int64>, required: Bool = false) -> Int64? {
        guard let value = value(name, required: required) else { return nil }
        let number = isForm ? value.stringValue.flatMap { JSONNumber(text: $0) }?.int64 : value.int64
        guard let number, range.contains(number) else {
            fault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A truth value.
    mutating func flag(_ name: String, required: Bool = false) -> Bool? {
        guard let value = value(name, required: required) else { return nil }
        if let flag = value.boolValue { return flag }
        if isForm, let text = value.stringValue, text == "true" || text == "false" { return text == "true" }
        fault(name, "must be true or false")
        return nil
    }

    /// A moment.
    mutating func time(_ name: String) -> Timestamp? {
        guard let value = value(name) else { return nil }
        if let text = value.stringValue, let time = Timestamp(iso8601: text) { return time }
        fault(name, "must be a time as in RFC 3339, such as 2026-11-22T15:00:00Z")
        return nil
    }

    /// A reader of an object's members. Give its faults back with `adopt`.
    mutating func reader(_ name: String, required: Bool = false) -> FieldReader? {
        guard let value = value(name, required: required) else { return nil }
        guard case .object(let object) = value else {
            fault(name, "must be an object")
            return nil
        }
        return FieldReader(object, base: pointer(name), isForm: isForm)
    }

    /// Notes the members that nobody asked for.
    mutating func refuseUnknown() {
        for name in object.keys where !known.contains(name) {
            fault(name, "is not a field of this call")
        }
    }

    /// Ends the reading.
    ///
    /// - Throws: when anything was wrong.
    mutating func finish() throws(Problem) {
        refuseUnknown()
        guard faults.isEmpty else { throw Problem(.fieldsInvalid, faults: faults) }
    }
}
