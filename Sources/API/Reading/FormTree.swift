internal import JSON

/// Makes members out of a form's flat names: `counterparty[name]` and `counterparty.name` are both the member `name` of
/// `counterparty`.
struct FormTree {
    /// A name and its value as a form has them.
    typealias Pair = (name: String, value: String)

    private var object = JSONObject()
    private var faults: [Problem.Fault] = []
    /// Members that have members. Under any other name brackets and dots are letters like all others.
    private static let nested: Set<String> = ["counterparty", "metadata"]

    /// Adds a field.
    mutating func add(_ pair: Pair) {
        guard let (outer, inner) = Self.split(pair.name) else {
            guard object[pair.name] == nil else { return fault(Pointer.member(pair.name)) }
            object[pair.name] = .string(pair.value)
            return
        }
        let pointer = Pointer.member(inner, of: Pointer.member(outer))
        var members = JSONObject()
        switch object[outer] {
        case nil: break
        case .object(let known)?: members = known
        default: return fault(Pointer.member(outer))
        }
        guard members[inner] == nil else { return fault(pointer) }
        members[inner] = .string(pair.value)
        object[outer] = .object(members)
    }

    private mutating func fault(_ pointer: String) {
        faults.append(.init(place: .body(pointer), detail: "is there more than once"))
    }

    /// The members.
    ///
    /// - Throws: when a name came twice.
    func finish() throws(Problem) -> JSONObject {
        guard faults.isEmpty else { throw Problem(.fieldsInvalid, faults: faults) }
        return object
    }

    private static func split(_ name: String) -> (outer: String, inner: String)? {
        for outer in nested where name.hasPrefix(outer) {
            let rest = name.dropFirst(outer.count)
            if rest.first == "[", rest.last == "]", rest.count > 2 {
                return (outer, String(rest.dropFirst().dropLast()))
            }
            if rest.first == ".", rest.count > 1 { return (outer, String(rest.dropFirst())) }
        }
        return nil
    }
}
