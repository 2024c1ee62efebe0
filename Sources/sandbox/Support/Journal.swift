internal import Glibc

/// JSON lines on standard error, only when asked for (`SANDBOX_LOG=1`): bodies are shown, for there are no secrets here.
struct Journal: Sendable {
    var isOn: Bool

    func write(_ event: String, _ fields: @autoclosure () -> JSONObject) {
        guard isOn else { return }
        var line: JSONObject = ["at": .string(Moment.now.iso), "event": .string(event)]
        for member in fields().members { line[member.key] = member.value }
        writeAll(JSONWriter.bytes(line) + [0x0A], to: 2)
    }
}

/// Writes all bytes to a descriptor, or as many as it takes.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    while offset < bytes.count {
        let count = bytes.withUnsafeBytes {
            Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset)
        }
        if count > 0 {
            offset += count
        } else if count == 0 || errno != EINTR {
            return
        }
    }
}
