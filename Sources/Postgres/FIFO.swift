/// A queue: appending and taking from the front cost the same at any length.
struct FIFO<Element> {
    private var front: [Element?] = []
    private var head = 0

    var count: Int { front.count - head }
    var isEmpty: Bool { front.count == head }
    var first: Element? { isEmpty ? nil : front[head] }

    mutating func append(_ element: Element) { front.append(element) }

    mutating func prepend(_ element: Element) {
        if head > 0 {
            head -= 1
            front[head] = element
        } else {
            front.insert(element, at: 0)
        }
    }

    mutating func popFirst() -> Element? {
        guard head < front.count else { return nil }
        let element = front[head]
        front[head] = nil
        head += 1
        if head == front.count {
            front.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head * 2 >= front.count {
            front.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Takes out those that fit, keeping the order of the others.
    mutating func extract(where fits: (Element) -> Bool) -> [Element] {
        var out: [Element] = []
        var kept: [Element?] = []
        for case .some(let element) in front[head...] {
            if fits(element) { out.append(element) } else { kept.append(element) }
        }
        front = kept
        head = 0
        return out
    }

    func forEach(_ body: (Element) -> Void) {
        for case .some(let element) in front[head...] { body(element) }
    }
}
