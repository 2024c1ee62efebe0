internal import Core
internal import JSON

extension JSONObject {
    /// An amount, written as a number or as a string; `nil` where it is missing or is no such amount.
    func money(_ key: String, _ currency: Currency) -> Money? {
        guard let text = self[key]?.numberText ?? self[key]?.stringValue else { return nil }
        return try? Money(decimal: text, currency)
    }

    /// An amount of which decimals past the minor unit are cut off: what a sum in binary floating point leaves behind.
    /// For what is available, less is safe.
    func moneyRoundedDown(_ key: String, _ currency: Currency) -> Money? {
        if let exact = money(key, currency) { return exact }
        guard let text = self[key]?.numberText ?? self[key]?.stringValue, !text.hasPrefix("-"),
            let point = text.firstIndex(of: "."), text[point...].dropFirst().allSatisfy(\.isWholeNumber)
        else { return nil }
        return try? Money(
            decimal: String(
                text.prefix(text.distance(from: text.startIndex, to: point) + 1 + currency.exponent)),
            currency)
    }

    /// Whether the member is there and says something.
    func tells(_ key: String) -> Bool { self[key].map { !$0.isNull } ?? false }

    /// A text that says something, with at most so many bytes.
    func text(_ key: String, max: Int = 500) -> String? {
        guard let text = self[key]?.stringValue, (1...max).contains(text.utf8.count) else { return nil }
        return text
    }

    /// A provider's number of something: 1 to 64 visible ASCII characters.
    func reference(_ key: String) -> String? {
        guard let text = text(key, max: 64), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return nil
        }
        return text
    }

    /// What people are shown: printable, at most 100 characters.
    func shownText(_ key: String) -> String? {
        guard let text = text(key) else { return nil }
        let printable = String(ProviderWords.printable(text).prefix(100))
        return printable.isEmpty ? nil : printable
    }

    /// An absolute http or https URL of visible ASCII, at most 2000 bytes.
    func webURL(_ key: String) -> String? {
        guard let text = text(key, max: 2000), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let scheme = ["https://", "http://"].first(where: text.hasPrefix), text.count > scheme.count
        else { return nil }
        return text
    }
}

extension String {
    /// Whether both are the same bytes: Swift's own `==` takes canonically equivalent texts for equal.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
