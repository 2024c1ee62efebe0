/// The figures of each version: table 9 and annex E of the standard.
enum Version {
    /// Modules a side.
    static func size(_ version: Int) -> Int { 17 + 4 * version }

    /// Codewords for error correction in each block.
    static func correctionCount(_ version: Int, _ level: QRCode.Level) -> Int {
        corrections[level.rawValue][version - 1]
    }

    /// How many blocks the data is cut into.
    static func blockCount(_ version: Int, _ level: QRCode.Level) -> Int {
        blocks[level.rawValue][version - 1]
    }

    /// Codewords of data in the symbol.
    static func dataCount(_ version: Int, _ level: QRCode.Level) -> Int {
        codewordCount(version) - correctionCount(version, level) * blockCount(version, level)
    }

    /// All codewords of the symbol: what its function patterns leave, in whole bytes.
    static func codewordCount(_ version: Int) -> Int {
        let size = size(version)
        let finders = 3 * 64 + 2 * 15 + 1
        let timing = 2 * (size - 16)
        let aligned = alignmentPlaces(version).count
        // Three places are the finders' own; two more rows of patterns lie on the timing pattern.
        let alignment = aligned == 0 ? 0 : (aligned * aligned - 3) * 25 - (aligned - 2) * 2 * 5
        let information = version < 7 ? 0 : 36
        return (size * size - finders - timing - alignment - information) / 8
    }

    /// Where the centres of the alignment patterns are, in both directions.
    static func alignmentPlaces(_ version: Int) -> [Int] {
        guard version > 1 else { return [] }
        let count = version / 7 + 2
        let last = size(version) - 7
        // Even steps from the far side, rounded up to an even number; version 32 is the exception of annex E.
        let step = version == 32 ? 26 : (last - 6 + (count - 1) * 2 - 1) / ((count - 1) * 2) * 2
        return [6] + (0..<count - 1).reversed().map { last - $0 * step }
    }

    private static let corrections: [[Int]] = [
        [
            7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
            28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
        [
            10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
            26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        ],
        [
            13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
            28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
        [
            17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
            30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
        ],
    ]

    private static let blocks: [[Int]] = [
        [
            1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
            8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
        ],
        [
            1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
            17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
        ],
        [
            1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20,
            23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
        ],
        [
            1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
            25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
        ],
    ]
}
