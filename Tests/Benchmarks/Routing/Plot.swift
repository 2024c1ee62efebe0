/// Plots as SVG, written by hand: what they show is simple.
enum Plot {
    private static let colours = [
        "#c1121f", "#1d6fb8", "#2a9d5c", "#8e5bb5", "#999999", "#b08968", "#d4a017",
    ]

    /// A line for each world, a dot for each policy, on a scale that shows tenths and tens of a per cent.
    static func regrets(_ rows: [Row], attempts: Int) -> String {
        let rows = rows.filter { $0.attempts == attempts }
        let (left, width, step) = (290.0, 560.0, 15.0)
        let height = Double(rows.count) * step
        func x(_ regret: Double) -> Double {
            let share = (max(regret, 0).squareRoot()) / (0.5 as Double).squareRoot()
            return left + min(1, share) * width
        }
        var body = ""
        for mark in [0, 0.001, 0.005, 0.01, 0.02, 0.04, 0.1, 0.2, 0.5] {
            body += line(x(mark), 50, x(mark), 54 + height, "#dddddd")
            body += text(x(mark), 46, mark < 0.001 ? "0" : shortPercent(mark), "middle")
        }
        for (index, row) in rows.enumerated() {
            let y = 62 + Double(index) * step
            body += text(left - 8, y + 4, row.world, "end")
            for policy in row.regret.indices.reversed() {
                let radius = policy == 0 ? 4.5 : 3
                body += "<circle cx=\"\(short(x(row.regret[policy])))\" cy=\"\(short(y))\" r=\"\(radius)\" "
                body += "fill=\"\(colours[policy])\" fill-opacity=\"0.85\"/>\n"
            }
        }
        return page(
            900, 70 + height,
            "Regret in % (square-root scale), \(attempts == 1 ? "one attempt" : "three attempts")", body)
    }

    /// What is missed as orders come, in four worlds with one attempt.
    static func courses(_ rows: [Row]) -> String {
        let names = ["outage, long", "drift, slow", "flapping, every 400", "banks differ, much"]
        var body = ""
        for (index, name) in names.enumerated() {
            guard let row = rows.first(where: { $0.world == name && $0.attempts == 1 }) else { continue }
            let (left, top) = (50 + Double(index % 2) * 430, 80 + Double(index / 2) * 250)
            body += panel(row, left, top)
        }
        return page(
            900, 590, "Value missed so far, in % of the oracle's value of all orders, one attempt", body)
    }

    private static func panel(_ row: Row, _ left: Double, _ top: Double) -> String {
        let (width, height) = (370.0, 190.0)
        let most = max(0.01, row.course.dropFirst(0).prefix(4).compactMap(\.last).max() ?? 0)
        var body = text(left, top - 8, row.world, "start")
        for part in 0...2 {
            let y = top + height * (1 - Double(part) / 2)
            body += line(left, y, left + width, y, "#dddddd")
            body += text(left - 6, y + 4, percent(most * Double(part) / 2), "end")
        }
        for policy in row.course.indices.prefix(4).reversed() {
            let points = row.course[policy].enumerated().map { place, value in
                let x = left + width * Double(place + 1) / Double(row.course[policy].count)
                return "\(short(x)),\(short(top + height * (1 - value / most)))"
            }
            body +=
                "<polyline fill=\"none\" stroke=\"\(colours[policy])\" stroke-width=\"\(policy == 0 ? 2.5 : 1.5)\" "
            body += "points=\"\(points.joined(separator: " "))\"/>\n"
        }
        return body
    }

    private static func page(_ width: Double, _ height: Double, _ title: String, _ body: String) -> String {
        var legend = ""
        var x = 20.0
        for (index, name) in Report.names.enumerated() {
            legend += "<circle cx=\"\(short(x))\" cy=\"26\" r=\"4\" fill=\"\(colours[index])\"/>\n"
            legend += text(x + 8, 30, name, "start")
            x += 40 + 6.5 * Double(name.count)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(short(width)) \(short(height))" \
            font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(text(20, 14, title, "start"))\(legend)\(body)</svg>

            """
    }

    private static func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double, _ colour: String)
        -> String
    {
        "<line x1=\"\(short(x))\" y1=\"\(short(y))\" x2=\"\(short(toX))\" y2=\"\(short(toY))\" stroke=\"\(colour)\"/>\n"
    }

    private static func text(_ x: Double, _ y: Double, _ text: String, _ anchor: String) -> String {
        "<text x=\"\(short(x))\" y=\"\(short(y))\" text-anchor=\"\(anchor)\" fill=\"#222222\">\(text)</text>\n"
    }

    private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func shortPercent(_ share: Double) -> String {
        share < 0.01 ? "\((share * 1000).rounded() / 10)" : "\(Int((share * 100).rounded()))"
    }
}
