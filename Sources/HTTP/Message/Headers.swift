/// A request's fields. Nothing is made of their bytes until it is asked for.
public struct Headers: Sendable {
    let head: RequestHead

    /// The field's value by its name in lower case. Several lines of one name are joined with a comma and a space, as
    /// RFC 9110 section 5.3 says: what must be there once (a signature, a credential) then matches nothing.
    public subscript(name: StaticString) -> String? {
        var value: String?
        for index in 0..<head.fieldCount {
            let field = head.field(index)
            guard matches(field, name) else { continue }
            let next = head.string(field.value)
            value = value.map { "\($0), \(next)" } ?? next
        }
        return value
    }

    /// The values of every line with this name, in their order.
    public func all(_ name: StaticString) -> [String] {
        (0..<head.fieldCount).compactMap { index in
            let field = head.field(index)
            return matches(field, name) ? head.string(field.value) : nil
        }
    }

    /// Every field line, in the order they were sent.
    public var pairs: [(name: String, value: String)] {
        (0..<head.fieldCount).map { index in
            let field = head.field(index)
            return (head.string(field.name), head.string(field.value))
        }
    }

    /// How many field lines there are.
    public var count: Int { head.fieldCount }

    private func matches(_ field: FieldRange, _ name: StaticString) -> Bool {
        guard field.name.count == name.utf8CodeUnitCount else { return false }
        return head.withBytes(field.name) { ASCII.equal($0, name) }
    }
}
