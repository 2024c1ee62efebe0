internal import CPostgres

/// Owns a result of libpq: never changed once it is here, so that any thread may read it.
final class ResultStorage: @unchecked Sendable {
    let handle: OpaquePointer
    let layout: ColumnLayout
    let count: Int

    /// Takes the result over.
    init(_ handle: OpaquePointer, layout: ColumnLayout?) {
        self.handle = handle
        let fields = Int(PQnfields(handle))
        if let layout, layout.types.count == fields {
            self.layout = layout
        } else {
            self.layout = fields == 0 ? .empty : ColumnLayout(handle, count: fields)
        }
        count = Int(PQntuples(handle))
    }

    deinit { PQclear(handle) }

    /// Rows that the command touched, by its tag; 0 for one that touches none.
    var affected: Int {
        guard let text = PQcmdTuples(handle) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// The command's tag, as `INSERT 0 1`.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }
}

/// Names and types of a statement's columns, worked out once per statement and connection.
final class ColumnLayout: Sendable {
    let indices: [String: Int]
    let types: [UInt32]

    static let empty = ColumnLayout()

    private init() {
        indices = [:]
        types = []
    }

    init(_ result: OpaquePointer, count: Int) {
        var indices: [String: Int] = [:]
        for column in 0..<count {
            guard let name = PQfname(result, Int32(column)) else { continue }
            // Of two columns with one name the first is meant, as with libpq's own lookup.
            let key = String(cString: name)
            if indices[key] == nil { indices[key] = column }
        }
        self.indices = indices
        types = (0..<count).map { PQftype(result, Int32($0)) }
    }
}
