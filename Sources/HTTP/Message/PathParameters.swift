/// What a route's pattern took out of the path, percent-decoded.
public struct PathParameters: Sendable {
    var values: [(name: String, value: String)] = []

    /// The value of `{name}` in the pattern; nil where the pattern has no such name.
    public subscript(name: String) -> String? { values.first { $0.name == name }?.value }
}
