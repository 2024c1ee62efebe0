extension QRCode {
    /// Light modules around the symbol that a reader needs (section 6.3.8).
    public static let quietZone = 4

    /// The symbol as a picture that scales: black on white with the quiet zone, whatever the colours around it; the dark
    /// modules are one path. No style and no script, so it stands in a page of any content security policy.
    ///
    /// - Parameters:
    ///   - title: what the picture is, for who cannot see it.
    ///   - description: what to do with it; nil for none.
    public func svg(title: String, description: String? = nil) -> String {
        let side = size + 2 * Self.quietZone
        let label = Self.escaped(title)
        let detail = description.map { "<desc>\(Self.escaped($0))</desc>" } ?? ""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" role="img" \
            aria-label="\(label)" shape-rendering="crispEdges"><title>\(label)</title>\(detail)\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path fill="#000" d="\(path)"/></svg>
            """
    }

    /// Every stretch of dark modules in a row, a rectangle each.
    private var path: String {
        var path = ""
        for y in 0..<size {
            var x = 0
            while x < size {
                let start = x
                while x < size, isDark(x: x, y: y) { x += 1 }
                if x > start {
                    path += "M\(start + Self.quietZone) \(y + Self.quietZone)h\(x - start)v1h-\(x - start)z"
                }
                x += 1
            }
        }
        return path
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // XML has no way to write the other control characters.
            case "\u{0}"..<" " where scalar != "\t" && scalar != "\n": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
