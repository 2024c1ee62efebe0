/// A QR code symbol, model 2 (ISO/IEC 18004): the modules of a text, without the quiet zone.
public struct QRCode: Sendable, Hashable {
    /// How much of a symbol may be unreadable without loss of the text.
    public enum Level: Int, Sendable, Hashable, CaseIterable {
        /// About 7 % of the codewords.
        case low
        /// About 15 %.
        case medium
        /// About 25 %.
        case quartile
        /// About 30 %.
        case high
    }

    /// Why there is no symbol: at this level the text does not fit into the largest version that was allowed.
    public struct TooLong: Error, Sendable, Hashable {
        /// Nothing but that.
        public init() {}
    }

    /// The sizes that there are.
    public static let versions = 1...40

    /// 1 to 40: 21 to 177 modules a side.
    public let version: Int
    /// The error correction.
    public let level: Level
    /// 0 to 7: the pattern that the data was overlaid with.
    public let mask: Int
    /// Row by row from the top left; true is dark.
    public let modules: [Bool]

    /// Modules a side.
    public var size: Int { Version.size(version) }

    /// Whether the module is dark; `x` from the left, `y` from the top.
    public func isDark(x: Int, y: Int) -> Bool { modules[y * size + x] }

    /// Encodes a text in the smallest version that it fits.
    ///
    /// One segment: numeric or alphanumeric where the whole text is, else the bytes of its UTF-8, without an ECI
    /// designator, which the readers of payment codes do not expect.
    ///
    /// - Parameters:
    ///   - versions: the sizes to choose from, within 1 to 40.
    ///   - mask: 0 to 7; nil takes the one that the penalty rules (section 7.8.3) like best.
    /// - Throws: `TooLong`.
    public init(
        _ text: String, level: Level = .medium, versions: ClosedRange<Int> = Self.versions, mask: Int? = nil
    ) throws(TooLong) {
        precondition(Self.versions.contains(versions.lowerBound), "there are versions 1 to 40")
        precondition(Self.versions.contains(versions.upperBound), "there are versions 1 to 40")
        precondition(mask.map(Mask.all.contains) ?? true, "there are masks 0 to 7")
        let segment = Segment(text)
        let fitting = versions.first { segment.bitCount($0) <= 8 * Version.dataCount($0, level) }
        guard let version = fitting else { throw TooLong() }
        let codewords = Codewords.of(segment, version, level)
        var matrix = Matrix(version: version)
        matrix.place(codewords)
        (modules, self.mask) = matrix.masked(level: level, wanted: mask)
        self.version = version
        self.level = level
    }
}
