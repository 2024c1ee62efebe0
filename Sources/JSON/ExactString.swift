/// A string that equals another only byte for byte. Swift's own `==` goes by canonical equivalence, under
/// which two different JSON keys, one of them unsigned or unchecked, could pass for each other.
struct ExactString: Hashable {
    let text: String

    static func == (left: ExactString, right: ExactString) -> Bool { left.text.hasSameBytes(as: right.text) }

    // String's own hash agrees with the finer equality: the same bytes hash the same.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension String {
    /// Whether both are the same code points.
    func hasSameBytes(as other: String) -> Bool {
        let (left, right) = (utf8, other.utf8)
        // Most that differ do so in length, or are no canonical equivalents either, which Swift sees at a glance.
        guard left.count == right.count, self == other else { return false }
        let fast = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in
                // By places: two iterators side by side take several times as long.
                left.indices.allSatisfy { left[$0] == right[$0] }
            }
        }
        if let fast, let fast { return fast }
        return left.elementsEqual(right)
    }
}
