/// The eight patterns that data is overlaid with, so that no part of a symbol looks like a function pattern.
enum Mask {
    /// Their numbers.
    static let all = 0...7

    /// Whether the mask changes a module (table 10; there `i` is the row and `j` the column).
    static func isToggled(_ mask: Int, x: Int, y: Int) -> Bool {
        switch mask {
        case 0: (y + x) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (y + x) % 3 == 0
        case 4: (y / 2 + x / 3) % 2 == 0
        case 5: y * x % 2 + y * x % 3 == 0
        case 6: (y * x % 2 + y * x % 3) % 2 == 0
        default: ((y + x) % 2 + y * x % 3) % 2 == 0
        }
    }
}

/// How hard a finished symbol is to read: the points of section 7.8.3.
enum Penalty {
    /// All four rules together.
    static func total(_ modules: [Bool], size: Int) -> Int {
        var points = blocks(modules, size) + balance(modules)
        for line in 0..<size {
            let row = (0..<size).map { modules[line * size + $0] }
            let column = (0..<size).map { modules[$0 * size + line] }
            points += runs(row) + finders(row) + runs(column) + finders(column)
        }
        return points
    }

    /// Five or more of one colour in a line: 3 points, and one more for each beyond five.
    static func runs(_ line: [Bool]) -> Int {
        var points = 0
        var start = 0
        for end in 1...line.count where end == line.count || line[end] != line[start] {
            if end - start >= 5 { points += end - start - 2 }
            start = end
        }
        return points
    }

    /// Two by two of one colour: 3 points each, overlapping ones too.
    static func blocks(_ modules: [Bool], _ size: Int) -> Int {
        var points = 0
        for y in 0..<size - 1 {
            for place in y * size..<y * size + size - 1 {
                let dark = modules[place]
                if modules[place + 1] == dark, modules[place + size] == dark,
                    modules[place + size + 1] == dark
                {
                    points += 3
                }
            }
        }
        return points
    }

    /// What looks like a finder pattern, runs of 1:1:3:1:1 with four light modules before or after them: 40 points each.
    /// Beyond the edge is the quiet zone, which is light.
    static func finders(_ line: [Bool]) -> Int {
        guard line.count >= finder.count else { return 0 }
        var points = 0
        for start in 0...line.count - finder.count where line[start] {
            guard finder.indices.allSatisfy({ line[start + $0] == finder[$0] }) else { continue }
            let end = start + finder.count
            let before = line[max(0, start - 4)..<start]
            let after = line[end..<min(line.count, end + 4)]
            // The outer runs are one module wide, and one side at least is light.
            if before.last == true || after.first == true { continue }
            if !before.contains(true) || !after.contains(true) { points += 40 }
        }
        return points
    }

    private static let finder = [true, false, true, true, true, false, true]

    /// 10 points for each whole five per cent that the dark modules' share is away from a half.
    static func balance(_ modules: [Bool]) -> Int {
        let dark = modules.count { $0 }
        return abs(dark * 2 - modules.count) * 10 / modules.count * 10
    }
}
