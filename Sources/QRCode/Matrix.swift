/// A symbol in the making: its modules, and which of them are function patterns, which no mask touches.
struct Matrix {
    let version: Int
    let size: Int
    private(set) var isDark: [Bool]
    private(set) var isFunction: [Bool]

    /// The function patterns (section 6.3), with light modules where the format information comes.
    init(version: Int) {
        self.version = version
        size = Version.size(version)
        isDark = [Bool](repeating: false, count: size * size)
        isFunction = isDark
        for place in 0..<size {
            set(x: place, y: 6, dark: place.isMultiple(of: 2))
            set(x: 6, y: place, dark: place.isMultiple(of: 2))
        }
        drawAlignment()
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        drawFormat(0)
        if version >= 7 { drawVersion() }
    }

    private mutating func set(x: Int, y: Int, dark: Bool) {
        isDark[y * size + x] = dark
        isFunction[y * size + x] = true
    }

    /// A finder pattern with its separator, as much of it as lies inside.
    private mutating func drawFinder(_ centreX: Int, _ centreY: Int) {
        for y in max(0, centreY - 4)...min(size - 1, centreY + 4) {
            for x in max(0, centreX - 4)...min(size - 1, centreX + 4) {
                let distance = max(abs(x - centreX), abs(y - centreY))
                set(x: x, y: y, dark: distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment() {
        let places = Version.alignmentPlaces(version)
        for (row, centreY) in places.enumerated() {
            for (column, centreX) in places.enumerated() {
                let ends = (row == 0 ? 1 : 0) + (column == 0 ? 1 : 0)
                let last = places.count - 1
                // The three corners with finders have none.
                if ends == 2 || ends == 1 && (row == last || column == last) { continue }
                for y in centreY - 2...centreY + 2 {
                    for x in centreX - 2...centreX + 2 {
                        set(x: x, y: y, dark: max(abs(x - centreX), abs(y - centreY)) != 1)
                    }
                }
            }
        }
    }

    /// Writes the 15 bits of format information twice, and the dark module (section 7.9).
    mutating func drawFormat(_ bits: Int) {
        for index in 0..<15 {
            let dark = bits >> index & 1 == 1
            switch index {
            case 0..<6: set(x: 8, y: index, dark: dark)
            case 6, 7: set(x: 8, y: index + 1, dark: dark)
            case 8: set(x: 7, y: 8, dark: dark)
            default: set(x: 14 - index, y: 8, dark: dark)
            }
            if index < 8 {
                set(x: size - 1 - index, y: 8, dark: dark)
            } else {
                set(x: 8, y: size - 15 + index, dark: dark)
            }
        }
        set(x: 8, y: size - 8, dark: true)
    }

    /// Writes the 18 bits of version information twice (section 7.10).
    private mutating func drawVersion() {
        let bits = Information.version(version)
        for index in 0..<18 {
            let dark = bits >> index & 1 == 1
            let (near, far) = (index / 3, size - 11 + index % 3)
            set(x: far, y: near, dark: dark)
            set(x: near, y: far, dark: dark)
        }
    }

    /// Places codewords, highest bit first, in columns two wide from the right, up and down in turn (section 7.7.3).
    /// The modules left over stay light.
    mutating func place(_ codewords: [UInt8]) {
        var bit = 0
        var isUpward = true
        for right in stride(from: size - 1, through: 1, by: -2) {
            // The vertical timing pattern is no column.
            let right = right <= 6 ? right - 1 : right
            for step in 0..<size {
                let y = isUpward ? size - 1 - step : step
                for x in [right, right - 1] where !isFunction[y * size + x] && bit < codewords.count * 8 {
                    isDark[y * size + x] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            isUpward.toggle()
        }
    }

    /// Overlays a mask; twice is the same as never.
    mutating func toggle(_ mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFunction[y * size + x] && Mask.isToggled(mask, x: x, y: y) {
                isDark[y * size + x].toggle()
            }
        }
    }

    /// The finished modules, and their mask: the wanted one, or the first with the least penalty.
    func masked(level: QRCode.Level, wanted: Int?) -> (modules: [Bool], mask: Int) {
        var best: (modules: [Bool], mask: Int, penalty: Int)?
        for mask in wanted.map({ $0...$0 }) ?? Mask.all {
            var candidate = self
            candidate.toggle(mask)
            candidate.drawFormat(Information.format(level, mask: mask))
            let penalty = wanted == nil ? Penalty.total(candidate.isDark, size: size) : 0
            if penalty < best?.penalty ?? .max { best = (candidate.isDark, mask, penalty) }
        }
        return best.map { ($0.modules, $0.mask) } ?? (isDark, 0)
    }
}
