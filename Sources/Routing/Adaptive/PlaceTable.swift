internal import Core

/// A group's places by account, ascending, side by side in memory: a decision looks at every one of them where it lies, where a
/// dictionary would hash each account and copy what it finds.
struct PlaceTable: Sendable {
    /// Ascending.
    private(set) var accounts: [Identifier] = []
    /// In the same order.
    private(set) var values: [AdaptiveScores.Place] = []

    var count: Int { accounts.count }

    /// Where an account's place is; nil where it has none.
    func index(of account: Identifier) -> Int? {
        let index = insertionIndex(of: account)
        return index < accounts.count && accounts[index] == account ? index : nil
    }

    private func insertionIndex(of account: Identifier) -> Int {
        var (low, high) = (0, accounts.count)
        while low < high {
            let middle = (low + high) / 2
            if accounts[middle] < account { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// An account's place; nil is none.
    subscript(account: Identifier) -> AdaptiveScores.Place? {
        get { index(of: account).map { values[$0] } }
        set {
            let index = insertionIndex(of: account)
            let isThere = index < accounts.count && accounts[index] == account
            switch (newValue, isThere) {
            case (let value?, true): values[index] = value
            case (let value?, false):
                accounts.insert(account, at: index)
                values.insert(value, at: index)
            case (nil, true):
                accounts.remove(at: index)
                values.remove(at: index)
            case (nil, false): break
            }
        }
    }
}

extension PlaceTable: Sequence {
    func makeIterator() -> some IteratorProtocol<(key: Identifier, value: AdaptiveScores.Place)> {
        zip(accounts, values).lazy.map { (key: $0, value: $1) }.makeIterator()
    }
}
