/// The decoded parameters of a request's target, in their order. A plus is a space, as in forms.
public struct Query: Sendable {
    /// Parameters beyond this many make the query ill-formed.
    public static let countMax = 100

    /// Name and value of each parameter that could be decoded.
    public let pairs: [(name: String, value: String)]
    /// Whether all of it could be decoded: percent signs followed by two hexadecimal digits, UTF-8, not too many.
    public let isWellFormed: Bool

    init(_ bytes: UnsafeRawBufferPointer) {
        (pairs, isWellFormed) = Percent.pairs(bytes, max: Self.countMax)
    }

    /// The first value of this name.
    public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The values of this name, in their order.
    public func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// Every name, once, in the order they appear.
    public var names: [String] {
        var seen: Set<String> = []
        return pairs.map(\.name).filter { seen.insert($0).inserted }
    }
}
