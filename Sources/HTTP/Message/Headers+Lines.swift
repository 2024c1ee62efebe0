extension Headers {
    /// Every field line in its order, names in lower case.
    public var lines: [(name: String, value: String)] {
        (0..<head.fieldCount).map { index in
            let field = head.field(index)
            return (head.string(field.name).lowercased(), head.string(field.value))
        }
    }
}
