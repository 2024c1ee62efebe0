internal import Core

/// Taking out what tells who the counterparty is. Everything goes by code points: a mark put on a letter must not make
/// it another letter.
extension ProviderWords {
    typealias Line = [Unicode.Scalar]

    /// Longer runs of digits are account or phone numbers, whoever's they are; longer still where something parts them,
    /// as in a range of amounts.
    private static let (digitRunMax, partedRunMax) = (6, 8)
    /// Numbers of fewer digits identify nobody.
    private static let knownDigitsMin = 4

    /// What must not be shown, the longest first, in lower case: every field whole, and the words of the name.
    static func secrets(of counterparty: Counterparty) -> [[UInt32]] {
        var found: [String] = []
        for field in Counterparty.Field.allCases where field != .bankCode {
            guard let told = counterparty[field] else { continue }
            let value = printable(told)
            found.append(value)
            if field == .name {
                found += value.split(separator: " ").map(String.init).filter { $0.count > 2 }
            }
        }
        return found.filter { !$0.isEmpty }.sorted { $0.count > $1.count }.map { folded($0.unicodeScalars) }
    }

    /// The digits of every field.
    static func numbers(of counterparty: Counterparty) -> [[Int]] {
        Counterparty.Field.allCases.filter { $0 != .bankCode }.compactMap { counterparty[$0] }
            .map { $0.unicodeScalars.compactMap(digit) }
            .filter { $0.count >= knownDigitsMin }
    }

    private static func folded(_ text: some Sequence<Unicode.Scalar>) -> [UInt32] {
        text.map { scalar in
            switch scalar.value {
            case 0x41...0x5a: scalar.value | 0x20
            case 0..<0x80: scalar.value
            default: scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value
            }
        }
    }

    /// Hides a secret wherever it stands, whatever its case; a short one only as a word of its own.
    static func hide(_ secret: [UInt32], in line: Line) -> Line {
        guard line.count >= secret.count else { return line }
        let text = folded(line)
        var result: Line = []
        var index = 0
        while index < line.count {
            let end = index + secret.count
            if end <= line.count, text[index..<end].elementsEqual(secret),
                secret.count > 3 || (!isWord(line, index - 1) && !isWord(line, end))
            {
                result += mask.unicodeScalars
                index = end
            } else {
                result.append(line[index])
                index += 1
            }
        }
        return result
    }

    private static func isWord(_ line: Line, _ index: Int) -> Bool {
        line.indices.contains(index) && (line[index].properties.isAlphabetic || digit(line[index]) != nil)
    }

    /// Hides runs of digits that are long, or share a number with the counterparty. Single spaces, hyphens and marks do
    /// not end a run.
    static func hideNumbers(in line: Line, known: [[Int]]) -> Line {
        var result: Line = []
        var index = 0
        while index < line.count {
            guard digit(line[index]) != nil else {
                result.append(line[index])
                index += 1
                continue
            }
            let end = endOfNumber(in: line, from: index)
            let run = line[index..<end].compactMap(digit)
            let isKnown =
                run.count >= knownDigitsMin && known.contains { contains($0, run) || contains(run, $0) }
            let most = run.count == end - index ? digitRunMax : partedRunMax
            result +=
                run.count > most || isKnown ? Array(mask.unicodeScalars) : Array(line[index..<end])
            index = end
        }
        return result
    }

    /// The value of a decimal digit of any script: Thai digits spell numbers too.
    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else {
            return nil
        }
        return Int(value)
    }

    private static func endOfNumber(in line: Line, from start: Int) -> Int {
        var end = start + 1
        while end < line.count {
            if digit(line[end]) != nil || isMark(line[end]) {
                end += 1
            } else if line[end] == "-" || line[end] == " ", end + 1 < line.count, digit(line[end + 1]) != nil
            {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    private static func contains(_ whole: [Int], _ part: [Int]) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
    }

    /// Hides whatever has the look of an e-mail address.
    static func hideAddresses(in line: Line) -> Line {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        return Line(
            words.map { $0.contains("@") ? Array(mask.unicodeScalars)[...] : $0 }.joined(
                separator: " ".unicodeScalars))
    }
}
