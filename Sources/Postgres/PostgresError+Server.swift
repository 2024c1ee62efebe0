internal import CLinux
internal import CPostgres

extension PostgresError {
    /// Reads a failed result.
    ///
    /// - Parameter isTrusted: keeps the server's message whatever its class: for scripts that carry no user's
    ///   data.
    init(result: OpaquePointer, isTrusted: Bool = false) {
        let sqlState = Self.field(result, "C") ?? "XX000"
        var message = ""
        if isTrusted || Self.speaksOfSchemaOnly(sqlState) { message = Self.field(result, "M") ?? "" }
        if isTrusted, let position = Self.field(result, "P") { message += " (at character \(position))" }
        self.init(
            .server(sqlState: sqlState, constraint: Self.field(result, "n"), table: Self.field(result, "t")),
            message,
            mayHaveCommitted: sqlState == "40003" || sqlState == "08007")
    }

    /// Whether the server ends the session with this error.
    static func endsSession(_ result: OpaquePointer) -> Bool {
        let severity = field(result, "V")
        return severity == "FATAL" || severity == "PANIC"
    }

    /// Classes whose messages name commands, relations and settings, never values (PostgreSQL, Appendix A).
    private static func speaksOfSchemaOnly(_ sqlState: String) -> Bool {
        let classes: Set<String> = [
            "08", "0A", "25", "26", "28", "3D", "40", "42", "53", "54", "55", "57", "58",
        ]
        return classes.contains(String(sqlState.prefix(2)))
    }

    private static func field(_ result: OpaquePointer, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }

    /// libpq's words for a connection's failure, in one line. They name hosts, users and files, never a
    /// password.
    static func connectionMessage(_ handle: OpaquePointer?) -> String {
        guard let handle, let text = PQerrorMessage(handle) else { return "" }
        let lines = String(cString: text).split(separator: "\n").map { line in
            line.drop { $0 == " " || $0 == "\t" }
        }
        return String(lines.joined(separator: "; ").prefix(300))
    }
}
