import Testing

@testable import QRCode

@Suite("What the standard prints")
struct StandardTests {
    @Test("annex I: 01234567 in 1-M, its codewords and its mask")
    func example() throws {
        let segment = Segment("01234567")
        #expect(segment.mode == .numeric)
        let published: [UInt8] = [
            0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
            0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55,
        ]
        #expect(Codewords.of(segment, 1, .medium) == published)
        let symbol = try QRCode("01234567", level: .medium)
        #expect(symbol.version == 1)
        #expect(symbol.mask == 2)
    }

    /// Table C.1, all 32, in the order of the data's five bits.
    private static let formats: [Int] = [
        0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0, 0x77C4, 0x72F3, 0x7DAA, 0x789D,
        0x662F, 0x6318, 0x6C41, 0x6976, 0x1689, 0x13BE, 0x1CE7, 0x19D0, 0x0762, 0x0255, 0x0D0C, 0x083B,
        0x355F, 0x3068, 0x3F31, 0x3A06, 0x24B4, 0x2183, 0x2EDA, 0x2BED,
    ]

    @Test("table C.1: format information")
    func formats() {
        for (group, level) in [QRCode.Level.medium, .low, .high, .quartile].enumerated() {
            for mask in 0...7 {
                #expect(Information.format(level, mask: mask) == Self.formats[group * 8 + mask])
            }
        }
    }

    /// Table D.1, versions 7 to 40.
    private static let versions: [Int] = [
        0x07C94, 0x085BC, 0x09A99, 0x0A4D3, 0x0BBF6, 0x0C762, 0x0D847, 0x0E60D, 0x0F928, 0x10B78, 0x1145D,
        0x12A17, 0x13532, 0x149A6, 0x15683, 0x168C9, 0x177EC, 0x18EC4, 0x191E1, 0x1AFAB, 0x1B08E, 0x1CC1A,
        0x1D33F, 0x1ED75, 0x1F250, 0x209D5, 0x216F0, 0x228BA, 0x2379F, 0x24B0B, 0x2542E, 0x26A64, 0x27541,
        0x28C69,
    ]

    @Test("table D.1: version information")
    func versions() {
        #expect((7...40).map(Information.version) == Self.versions)
    }

    /// Table 1: codewords of each version.
    private static let codewords: [Int] = [
        26, 44, 70, 100, 134, 172, 196, 242, 292, 346, 404, 466, 532, 581, 655, 733, 815, 901, 991, 1085,
        1156, 1258, 1364, 1474, 1588, 1706, 1828, 1921, 2051, 2185, 2323, 2465, 2611, 2761, 2876, 3034, 3196,
        3362, 3532, 3706,
    ]

    @Test("table 1: how much each version holds")
    func capacity() {
        #expect((1...40).map(Version.codewordCount) == Self.codewords)
        #expect(Version.dataCount(40, .low) == 2956)
        #expect(Version.dataCount(40, .high) == 1276)
    }

    @Test("annex E: where the alignment patterns are")
    func alignment() {
        #expect(Version.alignmentPlaces(1) == [])
        #expect(Version.alignmentPlaces(2) == [6, 18])
        #expect(Version.alignmentPlaces(7) == [6, 22, 38])
        #expect(Version.alignmentPlaces(15) == [6, 26, 48, 70])
        #expect(Version.alignmentPlaces(32) == [6, 34, 60, 86, 112, 138])
        #expect(Version.alignmentPlaces(36) == [6, 24, 50, 76, 102, 128, 154])
        #expect(Version.alignmentPlaces(40) == [6, 30, 58, 86, 114, 142, 170])
    }
}
