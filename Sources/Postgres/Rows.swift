/// What a statement gave back.
public struct Rows: Sendable, RandomAccessCollection {
    let storage: ResultStorage

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of rows.
    public var endIndex: Int { storage.count }
    /// The number of rows.
    public var count: Int { storage.count }
    /// Rows inserted, updated, deleted or selected, as the command's tag says.
    public var affected: Int { storage.affected }

    /// One row, from 0.
    public subscript(_ index: Int) -> Row {
        precondition(index >= 0 && index < storage.count, "no such row")
        return Row(storage: storage, index: Int32(index))
    }
}

/// How a column is meant: by its name, or by its position from 0.
public protocol ColumnReference: Sendable {
    /// The position among the columns with these names, or nil where there is none.
    func position(among names: [String: Int], count: Int) -> Int?
    /// For an error's message.
    var label: String { get }
}

extension String: ColumnReference {
    /// Looks the name up as written: unquoted SQL names are lower case.
    public func position(among names: [String: Int], count: Int) -> Int? { names[self] }
    /// The name.
    public var label: String { self }
}

extension Int: ColumnReference {
    /// Itself, within bounds.
    public func position(among names: [String: Int], count: Int) -> Int? {
        self >= 0 && self < count ? self : nil
    }
    /// The number.
    public var label: String { "#\(self)" }
}
