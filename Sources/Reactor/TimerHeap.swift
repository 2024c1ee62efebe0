/// Names a timer, to take it back.
public struct TimerToken: Hashable, Sendable {
    let number: UInt64
}

/// A binary heap by due time. Cancelled timers stay in it, empty, until their time comes or half of it is empty.
struct TimerHeap {
    private struct Entry {
        var due: UInt64
        var number: UInt64
    }

    private var entries: [Entry] = []
    private var bodies: [UInt64: @Sendable () -> Void] = [:]
    private var next: UInt64 = 0

    /// When the loop must wake; may be that of a cancelled timer.
    var earliest: UInt64? { entries.first?.due }

    var count: Int { bodies.count }

    mutating func insert(due: UInt64, body: @escaping @Sendable () -> Void) -> TimerToken {
        next += 1
        bodies[next] = body
        entries.append(Entry(due: due, number: next))
        siftUp(entries.count - 1)
        return TimerToken(number: next)
    }

    mutating func cancel(_ token: TimerToken) {
        guard bodies.removeValue(forKey: token.number) != nil else { return }
        if entries.count > 64, bodies.count * 2 < entries.count { compact() }
    }

    /// The next timer that is due, removed. Ties run in the order they were made.
    mutating func popDue(at now: UInt64) -> (@Sendable () -> Void)? {
        while let first = entries.first, first.due <= now {
            removeFirst()
            if let body = bodies.removeValue(forKey: first.number) { return body }
        }
        return nil
    }

    private mutating func compact() {
        entries.removeAll { bodies[$0.number] == nil }
        // A sorted array is a heap.
        entries.sort(by: Self.precedes)
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        (left.due, left.number) < (right.due, right.number)
    }

    private mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard Self.precedes(entries[index], entries[parent]) else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && Self.precedes(entries[child], entries[least]) {
                least = child
            }
            if least == index { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
