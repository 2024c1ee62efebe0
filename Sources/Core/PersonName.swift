/// Names of people as they are compared: without regard to case, spacing and the marks between words.
public enum PersonName {
    /// Whether two spellings are the same name.
    public static func areSame(_ one: String, _ other: String) -> Bool { folded(one) == folded(other) }

    /// Lower-case words, one space between them; marks that only separate (`-`, `.`, `'`, `,`) count as spaces.
    static func folded(_ name: String) -> String {
        name.lowercased().split { $0.isWhitespace || "-.,'’".contains($0) }.joined(separator: " ")
    }
}
