import Testing

@testable import QRCode

@Suite("Symbols")
struct SymbolTests {
    @Test("finders, timing and the dark module are whole in each version", arguments: QRCode.versions)
    func functionPatterns(_ version: Int) throws {
        let symbol = try QRCode("A", level: .low, versions: version...version, mask: version % 8)
        let size = symbol.size
        #expect(size == 17 + 4 * version)
        #expect(symbol.modules.count == size * size)
        for (left, top) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            for y in 0..<7 {
                for x in 0..<7 {
                    let ring = max(abs(x - 3), abs(y - 3))
                    #expect(symbol.isDark(x: left + x, y: top + y) == (ring != 2))
                }
            }
        }
        for place in 8..<size - 8 {
            #expect(symbol.isDark(x: place, y: 6) == place.isMultiple(of: 2))
            #expect(symbol.isDark(x: 6, y: place) == place.isMultiple(of: 2))
        }
        #expect(symbol.isDark(x: 8, y: size - 8))
    }

    @Test("a mask changes data alone, and twice is never", arguments: Mask.all)
    func masks(_ mask: Int) {
        var matrix = Matrix(version: 8)
        matrix.place(Codewords.of(Segment("0123456789"), 8, .high))
        let before = matrix.isDark
        matrix.toggle(mask)
        for place in before.indices where matrix.isFunction[place] {
            #expect(matrix.isDark[place] == before[place])
        }
        #expect(matrix.isDark != before)
        matrix.toggle(mask)
        #expect(matrix.isDark == before)
    }

    @Test("of all masks the one with the least penalty is taken")
    func bestMask() throws {
        for text in ["", "A", "01234567", "https://example.com/", "ទូទាត់ប្រាក់"] {
            let penalties = try Mask.all.map { mask in
                let symbol = try QRCode(text, mask: mask)
                return Penalty.total(symbol.modules, size: symbol.size)
            }
            let chosen = try QRCode(text)
            #expect(penalties[chosen.mask] == penalties.min())
            #expect(try QRCode(text, mask: chosen.mask) == chosen)
        }
    }

    @Test("error correction leaves no remainder")
    func correction() {
        let corrector = ReedSolomon(count: 10)
        let data = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let block = data + corrector.correction(of: data[...])
        // Divisible by the generator: each of its roots is a root of the block.
        var root: UInt8 = 1
        for _ in 0..<10 {
            #expect(block.reduce(0) { ReedSolomon.multiply($0, root) ^ $1 } == 0)
            root = ReedSolomon.multiply(root, 2)
        }
        #expect(block.reduce(0) { ReedSolomon.multiply($0, root) ^ $1 } != 0)
    }

    private static func line(_ text: String) -> [Bool] { text.map { $0 == "1" } }

    @Test(
        "points for runs",
        arguments: [
            ("10101", 0), ("1111", 0), ("11111", 3), ("0000000", 5), ("1111100000", 6), ("0111110", 3),
        ])
    func runs(_ line: String, _ points: Int) {
        #expect(Penalty.runs(Self.line(line)) == points)
    }

    @Test(
        "points for what looks like a finder",
        arguments: [
            ("1011101", 40), ("10111010000", 40), ("11011101", 0), ("1101110100001", 0),
            ("1010111010000101", 40), ("1000010111010101", 40), ("101011101000101", 0),
            ("10111010001011101", 80),
        ])
    func finders(_ line: String, _ points: Int) {
        #expect(Penalty.finders(Self.line(line)) == points)
    }

    @Test("points for blocks and for the balance")
    func blocks() {
        #expect(Penalty.blocks(Self.line("111111111"), 3) == 12)
        #expect(Penalty.blocks(Self.line("101010101"), 3) == 0)
        #expect(Penalty.balance(Self.line("1111100000")) == 0)
        #expect(Penalty.balance(Self.line("1111110000")) == 20)
        #expect(Penalty.balance(Self.line("1111111111")) == 100)
    }
}

@Suite("The picture")
struct SVGTests {
    /// Draws the rectangles of a path again.
    private static func drawn(_ svg: String, side: Int) throws -> Set<[Int]> {
        let path = try #require(svg.components(between: "fill=\"#000\" d=\"", and: "\""))
        var dark: Set<[Int]> = []
        for part in path.split(separator: "z") {
            let numbers = part.split { !"0123456789".contains($0) }.compactMap { Int($0) }
            try #require(numbers.count == 5 && numbers[3] == 1 && numbers[2] == numbers[4])
            for x in numbers[0]..<numbers[0] + numbers[2] { dark.insert([x, numbers[1]]) }
        }
        return dark
    }

    @Test("has each dark module, and a quiet zone of four")
    func modules() throws {
        let symbol = try QRCode("https://example.com/")
        let svg = symbol.svg(title: "Code")
        let side = symbol.size + 8
        #expect(svg.contains("viewBox=\"0 0 \(side) \(side)\""))
        var expected: Set<[Int]> = []
        for y in 0..<symbol.size {
            for x in 0..<symbol.size where symbol.isDark(x: x, y: y) { expected.insert([x + 4, y + 4]) }
        }
        #expect(try Self.drawn(svg, side: side) == expected)
    }

    @Test("says what it is, and no text breaks out of it")
    func words() throws {
        let svg = try QRCode("A").svg(title: "<b> & \"c\"", description: "d</desc>\u{0}\u{1b}")
        #expect(svg.contains("<title>&lt;b&gt; &amp; &quot;c&quot;</title>"))
        #expect(svg.contains("aria-label=\"&lt;b&gt; &amp; &quot;c&quot;\""))
        #expect(svg.contains("<desc>d&lt;/desc&gt;  </desc>"))
        #expect(!svg.contains("style"))
    }
}

extension String {
    fileprivate func components(between start: String, and end: Character) -> Substring? {
        guard let range = firstRange(of: start) else { return nil }
        return self[range.upperBound...].prefix { $0 != end }
    }
}
