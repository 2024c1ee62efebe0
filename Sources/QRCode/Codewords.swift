/// A symbol's codewords: data and error correction, in the order they are placed.
enum Codewords {
    /// All of them for a segment that fits.
    static func of(_ segment: Segment, _ version: Int, _ level: QRCode.Level) -> [UInt8] {
        interleaved(data(segment, version, level), version, level)
    }

    /// The data, ended and filled up (section 7.4.10).
    static func data(_ segment: Segment, _ version: Int, _ level: QRCode.Level) -> [UInt8] {
        let capacity = Version.dataCount(version, level)
        var bits = BitBuffer()
        segment.write(to: &bits, version: version)
        bits.append(0, min(4, 8 * capacity - bits.count))
        var data = bits.bytes
        var filler: UInt8 = 0xEC
        while data.count < capacity {
            data.append(filler)
            filler ^= 0xEC ^ 0x11
        }
        return data
    }

    /// Cuts data into blocks, corrects each, and takes from the blocks in turn (section 7.6).
    static func interleaved(_ data: [UInt8], _ version: Int, _ level: QRCode.Level) -> [UInt8] {
        let count = Version.blockCount(version, level)
        let short = data.count / count
        let shortBlocks = count - data.count % count
        let corrector = ReedSolomon(count: Version.correctionCount(version, level))
        var blocks: [ArraySlice<UInt8>] = []
        var rest = data[...]
        for index in 0..<count {
            blocks.append(rest.prefix(index < shortBlocks ? short : short + 1))
            rest = rest.dropFirst(blocks[index].count)
        }
        return taken(inTurn: blocks) + taken(inTurn: blocks.map { corrector.correction(of: $0)[...] })
    }

    private static func taken(inTurn blocks: [ArraySlice<UInt8>]) -> [UInt8] {
        let longest = blocks.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[$0.startIndex + index] : nil }
        }
    }
}
