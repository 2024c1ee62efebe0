internal import QRCode

/// Writes HTML. Markup can only be a literal of this program; everything else is escaped on its way in.
struct Markup: Sendable {
    /// UTF-8.
    private(set) var bytes: [UInt8] = []

    /// Writes a literal as it is.
    mutating func raw(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes a text that stands between tags or within a quoted attribute.
    mutating func text(_ text: some StringProtocol) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"": raw("&quot;")
            case "'": raw("&#39;")
            // HTML has no way to write them.
            case _ where TextRule.isControl(scalar): raw(" ")
            default: bytes.append(contentsOf: Unicode.UTF8.encode(scalar).map { Array($0) } ?? [])
            }
        }
    }

    /// Writes an element's attribute: ` name="value"`.
    mutating func attribute(_ name: StaticString, _ value: some StringProtocol) {
        raw(" ")
        raw(name)
        raw("=\"")
        text(value)
        raw("\"")
    }

    /// Writes an element that holds a text of ours.
    mutating func element(_ name: StaticString, class style: StaticString? = nil, _ content: String) {
        raw("<")
        raw(name)
        if let style {
            raw(" class=\"")
            raw(style)
            raw("\"")
        }
        raw(">")
        text(content)
        raw("</")
        raw(name)
        raw(">")
    }

    /// Writes somebody else's text, in its own direction of writing: it cannot turn round what stands beside it.
    mutating func isolated(_ content: String) { element("bdi", content) }

    /// Writes a QR code as SVG, which escapes for itself.
    mutating func drawing(_ symbol: QRCode, title: String) {
        bytes.append(contentsOf: symbol.svg(title: title).utf8)
    }
}
