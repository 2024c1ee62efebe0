internal import Core

/// Makes a provider's words fit to be shown: one printable line, at most 200 characters, nothing in it that tells who
/// the counterparty is.
enum ProviderWords {
    /// Characters of a shown text.
    static let lengthMax = 200
    /// What stands for something hidden.
    static let mask = "•••"

    /// Longer texts are cut before they are looked at: no provider's reason needs more.
    private static let readMax = 2000
    /// Runs of digits at least this long are account or phone numbers, whoever's they are.
    private static let digitRunMax = 6

    /// One printable line without what the counterparty told us; `nil` when nothing is left of it.
    ///
    /// The bank's code stays: it is no personal data, and often is the reason itself.
    static func shown(_ text: String, hiding counterparty: Counterparty) -> String? {
        var line = Array(printable(text))
        for secret in secrets(of: counterparty) { line = hide(secret, in: line) }
        line = hideAddresses(in: hideNumbers(in: line, known: digits(of: counterparty)))
        let result = String(line.prefix(lengthMax))
        return result.isEmpty ? nil : result
    }

    /// Without control, format and private characters; white space is single spaces, none at the ends.
    static func printable(_ text: String) -> String {
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

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }

    // MARK: - Hiding

    private static func secrets(of counterparty: Counterparty) -> [[String]] {
        var found: [String] = []
        for field in Counterparty.Field.allCases where field != .bankCode {
            guard let told = counterparty[field] else { continue }
            let value = printable(told)
            found.append(value)
            if field == .name {
                found += value.split(separator: " ").map(String.init).filter { $0.count > 2 }
            }
        }
        return found.filter { !$0.isEmpty }.sorted { $0.count > $1.count }.map(folded)
    }

    private static func folded(_ text: some Sequence<Character>) -> [String] { text.map { $0.lowercased() } }

    /// Hides every whole-word occurrence, whatever its case; long values wherever they stand.
    private static func hide(_ secret: [String], in line: [Character]) -> [Character] {
        guard line.count >= secret.count else { return line }
        let text = folded(line)
        var result: [Character] = []
        var index = 0
        while index < line.count {
            let end = index + secret.count
            if end <= line.count, text[index..<end].elementsEqual(secret),
                secret.count > 3 || (!isWord(line, index - 1) && !isWord(line, end))
            {
                result += Array(mask)
                index = end
            } else {
                result.append(line[index])
                index += 1
            }
        }
        return result
    }

    private static func isWord(_ line: [Character], _ index: Int) -> Bool {
        line.indices.contains(index) && (line[index].isLetter || line[index].isNumber)
    }

    private static func digits(of counterparty: Counterparty) -> [[UInt8]] {
        Counterparty.Field.allCases.filter { $0 != .bankCode }.compactMap { counterparty[$0] }.map { value in
            value.utf8.filter { (0x30...0x39).contains($0) }
        }
    }

    /// Hides runs of digits, also with single spaces or hyphens in them, that are long, or part of a number of the
    /// counterparty's.
    private static func hideNumbers(in line: [Character], known: [[UInt8]]) -> [Character] {
        var result: [Character] = []
        var index = 0
        while index < line.count {
            guard isDigit(line[index]) else {
                result.append(line[index])
                index += 1
                continue
            }
            let end = endOfNumber(in: line, from: index)
            let run = line[index..<end].compactMap { $0.isASCII ? $0.asciiValue : $0.wholeNumberASCII }
                .filter { (0x30...0x39).contains($0) }
            let isKnown = run.count > 3 && known.contains { contains($0, run) }
            result += run.count > digitRunMax || isKnown ? Array(mask) : Array(line[index..<end])
            index = end
        }
        return result
    }

    private static func isDigit(_ character: Character) -> Bool { character.wholeNumberValue != nil }

    private static func endOfNumber(in line: [Character], from start: Int) -> Int {
        var end = start + 1
        while end < line.count {
            if isDigit(line[end]) {
                end += 1
            } else if line[end] == "-" || line[end] == " ", end + 1 < line.count, isDigit(line[end + 1]) {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    private static func contains(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
    }

    private static func hideAddresses(in line: [Character]) -> [Character] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        return Array(words.map { $0.contains("@") ? Array(mask)[...] : $0 }.joined(separator: " "))
    }
}

extension Character {
    /// The ASCII digit of the same value: Thai and other digits spell numbers too.
    fileprivate var wholeNumberASCII: UInt8? {
        wholeNumberValue.flatMap { (0...9).contains($0) ? UInt8(0x30 + $0) : nil }
    }
}
