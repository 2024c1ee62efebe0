/// The languages that payers' pages speak.
enum PageLanguage: String, Sendable, Hashable, CaseIterable {
    case english = "en"
    case thai = "th"
    case khmer = "km"

    /// Its words.
    var texts: PageTexts {
        switch self {
        case .english: .english
        case .thai: .thai
        case .khmer: .khmer
        }
    }

    /// Languages beyond this many in a header are not read.
    private static let rangesMax = 32

    /// What an Accept-Language likes best (RFC 9110 section 12.5.4): the highest weight, then what comes first. English
    /// where nothing fits, and where it cannot be read.
    static func preferred(_ header: String?) -> PageLanguage {
        var named: Set<PageLanguage> = []
        var best: (language: PageLanguage, weight: Int)?
        var rest = 0
        for range in (header ?? "").split(separator: ",").prefix(rangesMax) {
            let parts = range.split(separator: ";").map(\.trimmingBlanks)
            guard let tag = parts.first?.lowercased(), let weight = weight(parts.dropFirst()) else {
                continue
            }
            if tag == "*" {
                rest = max(rest, weight)
            } else if let language = PageLanguage(rawValue: String(tag.prefix { $0 != "-" })) {
                named.insert(language)
                if weight > best?.weight ?? 0 { best = (language, weight) }
            }
        }
        if rest > best?.weight ?? 0, let other = allCases.first(where: { !named.contains($0) }) {
            return other
        }
        return best?.language ?? .english
    }

    /// Thousandths; nil where it is malformed.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
        guard let parameter = parameters.first(where: { $0.lowercased().hasPrefix("q=") }) else {
            return 1000
        }
        let digits = parameter.dropFirst(2).utf8.filter { $0 != UInt8(ascii: ".") }
        guard let first = digits.first, digits.count <= 4, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            first <= UInt8(ascii: "1")
        else { return nil }
        let padded = digits + [UInt8](repeating: UInt8(ascii: "0"), count: 4 - digits.count)
        return min(1000, padded.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
    }
}
