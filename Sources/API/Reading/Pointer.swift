/// JSON pointers (RFC 6901).
enum Pointer {
    /// Longer names are cut where they are told back: what a client sends may be anything.
    private static let nameLengthMax = 64

    /// The pointer to a member of what `base` points to.
    static func member(_ name: String, of base: String = "") -> String {
        var escaped = ""
        for scalar in name.unicodeScalars.prefix(nameLengthMax) {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return base + "/" + escaped
    }
}
