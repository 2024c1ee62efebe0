internal import Core
internal import HTTP
internal import Synchronization

/// Slows down who guesses keys. Attempts count from the moment they begin, so that many at once do not slip through; a
/// good one takes its count back. Memory is bounded, whoever asks.
final class SignInLimiter: Sendable {
    /// Attempts per address and app in a window: a person's typing errors fit, a search does not.
    static let attemptsPerApp = 10
    /// Attempts per address in a window, whatever the app: many apps may share an address.
    static let attemptsPerAddress = 100
    /// From an address's first failed attempt to the end of its wait.
    static let window: Duration = .seconds(300)
    /// Windows remembered at once.
    static let entriesMax = 8192

    private struct Key: Hashable {
        let address: PeerAddress.Site
        let app: Identifier?
    }

    private struct Window {
        var attempts: Int
        let ends: Timestamp
    }

    private let windows = Mutex<[Key: Window]>([:])

    /// Counts an attempt.
    ///
    /// - Returns: in how many seconds the next one is welcome, where there were too many; nil where this one may go on.
    func begin(from address: PeerAddress.Site, for app: Identifier?, at now: Timestamp) -> Int? {
        windows.withLock { windows in
            let keys = Self.keys(address, app)
            // Who is refused leaves no trace: else it would push out its own refusal, and an app's would refuse all others.
            for (key, most) in keys {
                if let window = windows[key], window.ends > now, window.attempts >= most {
                    return Int((window.ends - now).components.seconds) + 1
                }
            }
            for (key, _) in keys {
                if let window = windows[key], window.ends > now {
                    windows[key]?.attempts += 1
                } else {
                    Self.makeRoom(&windows, at: now)
                    windows[key] = Window(attempts: 1, ends: now + Self.window)
                }
            }
            return nil
        }
    }

    /// Takes a good attempt's count back, and forgets the app's failures before it.
    func succeeded(from address: PeerAddress.Site, for app: Identifier?) {
        windows.withLock { windows in
            for (key, _) in Self.keys(address, app) {
                if key.app != nil {
                    windows[key] = nil
                } else if let window = windows[key] {
                    windows[key]?.attempts = max(0, window.attempts - 1)
                }
            }
        }
    }

    /// Takes back the count of an attempt that showed nothing of the keys.
    func forgive(from address: PeerAddress.Site, for app: Identifier?) {
        windows.withLock { windows in
            for (key, _) in Self.keys(address, app) {
                if let window = windows[key] { windows[key]?.attempts = max(0, window.attempts - 1) }
            }
        }
    }

    /// Windows remembered now.
    var entryCount: Int { windows.withLock { $0.count } }

    private static func keys(_ address: PeerAddress.Site, _ app: Identifier?) -> [(Key, Int)] {
        let general = (Key(address: address, app: nil), attemptsPerAddress)
        guard let app else { return [general] }
        return [general, (Key(address: address, app: app), attemptsPerApp)]
    }

    private static func makeRoom(_ windows: inout [Key: Window], at now: Timestamp) {
        guard windows.count >= entriesMax else { return }
        windows = windows.filter { $0.value.ends > now }
        // Whoever fills the table pushes out anybody, themselves most likely; half at once, since one at a time would go
        // through all of them for each.
        if windows.count > entriesMax / 2 { windows = windows.filter { _ in Bool.random() } }
    }
}
