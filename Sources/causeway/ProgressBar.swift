internal import Core
internal import Glibc
internal import Logging

/// Tells on standard error how far a long command is: a bar on a terminal, elsewhere a line now and then.
struct ProgressBar {
    private let isTerminal = isatty(2) == 1
    private var told: Timestamp?
    private static let width = 40
    /// Between lines, where there is no terminal: short commands say nothing.
    private static let pause = Duration.seconds(10)

    /// - Parameter detail: a few words, such as a count.
    mutating func show(percent: Int, _ detail: String) {
        if isTerminal {
            let full = Self.width * percent / 100
            let bar = String(repeating: "#", count: full) + String(repeating: ".", count: Self.width - full)
            return Console.errorText("\r[\(bar)] \(percent) %  \(detail) ")
        }
        let now = SystemTime.now()
        guard let told, now - told < Self.pause else {
            if told != nil { Console.error("\(percent) %  \(detail)") }
            told = now
            return
        }
    }

    /// Takes the bar away.
    func clear() {
        // Erase in line (ECMA-48, 8.3.41), which every terminal of today knows.
        if isTerminal { Console.errorText("\r\u{1b}[2K") }
    }
}
