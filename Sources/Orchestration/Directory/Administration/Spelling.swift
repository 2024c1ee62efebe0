/// Guesses what somebody meant who wrote a word that is not known.
public enum Spelling {
    /// The known word that is nearest, when it is near enough to be meant.
    public static func nearest(_ word: String, among known: [String]) -> String? {
        let written = Array(word.lowercased().utf8.prefix(64))
        let scored = known.map { (word: $0, distance: distance(written, Array($0.lowercased().utf8))) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, written.count / 3) ? best.word : nil
    }

    /// The edits (put in, taken out, changed, or swapped with its neighbour) from one word to the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(
                    last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
