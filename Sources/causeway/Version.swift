/// What this program says it is.
enum Version {
    /// Semantic versioning; the changelog's newest heading.
    static let text = "0.1.0"
}
