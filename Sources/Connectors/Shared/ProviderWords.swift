internal import Core

/// Makes a provider's words fit to be shown: one printable line, at most 200 characters, nothing in it that tells who
/// the counterparty is.
enum ProviderWords {
    /// Characters of a shown text.
    static let lengthMax = 200
    /// What stands for something hidden.
    static let mask = "•••"

    /// Longer texts are cut before they are looked at: no provider's reason needs more.
    private static let readMax = 1000

    /// One printable line without what the counterparty told us; `nil` when nothing is left of it.
    ///
    /// The bank's code stays: it is no personal data, and often is the reason itself.
    static func shown(_ text: String, hiding counterparty: Counterparty) -> String? {
        var line = Array(printable(text).unicodeScalars)
        for secret in secrets(of: counterparty) { line = hide(secret, in: line) }
        line = hideAddresses(in: hideNumbers(in: line, known: numbers(of: counterparty)))
        var view = String.UnicodeScalarView()
        view.append(contentsOf: line)
        let result = String(String(view).prefix(lengthMax))
        return result.isEmpty ? nil : result
    }

    /// Without control, format and private characters; white space is single spaces, none at the ends.
    static func printable(_ text: String) -> String {
        if isPlain(text) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(readMax) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                if let last = result.last, last != " " { result.append(" ") }
            case .format, .surrogate, .privateUse, .unassigned: continue
            case .nonspacingMark, .enclosingMark, .spacingMark:
                // A heap of marks on one letter would be one "character" of any length.
                if result.suffix(3).contains(where: { !isMark($0) }) { result.append(scalar) }
            default: result.append(scalar)
            }
        }
        if result.last == " " { result.removeLast() }
        return String(result)
    }

    /// Whether there is nothing to be done: printable ASCII, in which no space stands beside another or at an end.
    private static func isPlain(_ text: String) -> Bool {
        guard text.utf8.count <= readMax else { return false }
        var before = UInt8(ascii: " ")
        for byte in text.utf8 {
            guard (0x20...0x7e).contains(byte), byte != 0x20 || before != 0x20 else { return false }
            before = byte
        }
        return before != 0x20
    }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}
