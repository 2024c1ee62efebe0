/// What a text field may hold, and the words for it.
struct TextRule: Sendable {
    /// Characters (Unicode scalars, as JSON Schema counts them).
    let length: ClosedRange<Int>
    /// Ends the sentence "must be …".
    let words: String
    private let allows: @Sendable (String) -> Bool

    init(_ length: ClosedRange<Int>, _ words: String, _ allows: @escaping @Sendable (String) -> Bool) {
        self.length = length
        self.words = words
        self.allows = allows
    }

    /// What is wrong with a text; nil when nothing is.
    func complaint(about text: String) -> String? {
        // UTF-8 has at least as many bytes as characters: most texts need no counting.
        let bytes = text.utf8.count
        let count =
            bytes > length.upperBound || bytes < length.lowerBound * 4 ? text.unicodeScalars.count : bytes
        guard length.contains(count) else {
            return length.lowerBound == 0
                ? "must have at most \(length.upperBound) characters"
                : "must have \(length.lowerBound) to \(length.upperBound) characters"
        }
        return allows(text) ? nil : "must be \(words)"
    }

    /// Any writing, on one line.
    static func line(_ length: ClosedRange<Int>) -> TextRule {
        TextRule(length, "text without control characters") { text in
            !text.unicodeScalars.contains { isControl($0) }
        }
    }

    /// Letters and digits of ASCII and some more characters.
    static func letters(_ length: ClosedRange<Int>, and others: String) -> TextRule {
        let more = Array(others.utf8)
        let told =
            others.isEmpty
            ? "" : " and " + others.map { $0 == " " ? "space" : String($0) }.joined(separator: " ")
        return TextRule(length, "letters and digits\(told)") { text in
            text.utf8.allSatisfy { isAlphanumeric($0) || more.contains($0) }
        }
    }

    /// Printable ASCII without spaces.
    static func visible(_ length: ClosedRange<Int>) -> TextRule {
        TextRule(length, "printable ASCII characters without spaces") { text in
            text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
    }

    /// Printable ASCII.
    static func printable(_ length: ClosedRange<Int>) -> TextRule {
        TextRule(length, "printable ASCII characters") { $0.utf8.allSatisfy { (0x20...0x7e).contains($0) } }
    }

    /// An e-mail address in its basic form.
    static let email = TextRule(3...100, "an e-mail address") { text in
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, (1...64).contains(halves[0].utf8.count), isHostName(halves[1]),
            halves[1].contains(".")
        else { return false }
        return halves[0].utf8.allSatisfy { isAlphanumeric($0) || mailboxMarks.contains($0) }
    }

    /// What a mailbox's name may hold besides letters and digits, unquoted (RFC 5322 section 3.2.3).
    private static let mailboxMarks = Array("!#$%&'*+-/=?^_`{|}~.".utf8)

    /// An absolute `http` or `https` URL without user information or fragment.
    static let url = TextRule(10...500, "an absolute http or https URL, without user name or fragment") {
        WebAddress.isValid($0)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            || (0x2028...0x2029).contains(scalar.value)
    }

    static func isHostName(_ text: some StringProtocol) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            }
    }
}
