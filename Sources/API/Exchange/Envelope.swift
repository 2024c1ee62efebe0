internal import HTTP
internal import JSON

/// The form of every good answer: `{"status": 200, "message": "success", "result": …}`, as KS Pay has it.
enum Envelope {
    /// An answer whose result `write` writes: exactly one JSON value.
    static func answer(
        _ status: Int = 200, capacity: Int = 1024,
        headers: [(name: String, value: String)] = CommonHeaders.secret,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: capacity)
        writer.beginObject()
        writer.member("status", status)
        writer.member("message", "success")
        writer.key("result")
        write(&writer)
        writer.endObject()
        return Response(
            status: status, contentType: "application/json", body: writer.bytes, headers: headers)
    }
}
