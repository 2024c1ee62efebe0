extension JSON {
    /// Whether both are the same JSON value: numbers as numbers, objects whatever the order of their members.
    public func isEquivalent(to other: JSON) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): return left.isNumericallyEqual(to: right)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            var values: [ExactString: JSON] = [:]
            for (key, value) in right.members { values[ExactString(text: key)] = value }
            return left.members.allSatisfy { key, value in
                values[ExactString(text: key)].map { value.isEquivalent(to: $0) } ?? false
            }
        default: return self == other
        }
    }
}
