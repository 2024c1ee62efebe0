internal import Core
internal import Cryptography
internal import HTTP
internal import JSON
internal import Orchestration

/// The `Idempotency-Key` field of draft-ietf-httpapi-idempotency-key-header: a string of structured fields (RFC 8941
/// section 3.3.3), or the bare token that many clients send instead.
enum IdempotencyKey {
    static let lengthMax = 255

    /// The claim of a call that has the field; nil where it has none.
    static func claim(_ request: Request, _ body: BodyFields, app: App) throws(Problem) -> IdempotencyClaim? {
        let lines = request.headers.all("idempotency-key")
        guard let line = lines.first else { return nil }
        guard lines.count == 1, let key = parse(line) else {
            throw Problem(
                .idempotencyKeyMalformed,
                faults: [
                    .init(
                        place: .header("Idempotency-Key"), detail: "must be a quoted string or a token, once")
                ])
        }
        return IdempotencyClaim(app: app.id, key: key, fingerprint: fingerprint(request, body.object))
    }

    /// The key in the field's value; nil where it is malformed.
    static func parse(_ field: String) -> String? {
        let bytes = Array(field.utf8)
        let key = bytes.first == UInt8(ascii: "\"") ? quoted(bytes) : bare(bytes)
        guard let key, (1...lengthMax).contains(key.utf8.count) else { return nil }
        return key
    }

    private static func quoted(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 2, bytes.last == UInt8(ascii: "\"") else { return nil }
        var key: [UInt8] = []
        var rest = bytes[1..<(bytes.count - 1)]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(),
                    escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return nil }
                key.append(escaped)
            case UInt8(ascii: "\""): return nil
            case 0x20...0x7e: key.append(byte)
            default: return nil
            }
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// Anything printable without quotes, backslashes and the marks that lists and parameters are made of.
    private static func bare(_ bytes: [UInt8]) -> String? {
        let marks = Array("\"\\,;".utf8)
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) && !marks.contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// SHA-256 over the call and its payload, whatever the order of its members.
    static func fingerprint(_ request: Request, _ payload: JSONObject) -> [UInt8] {
        var bytes = Array("\(request.method.rawValue) \(request.path)\n".utf8)
        canonical(.object(payload)).append(to: &bytes)
        return Digest.sha256(bytes)
    }

    private static func canonical(_ value: JSON) -> JSON {
        switch value {
        case .object(let object):
            let members = object.members.map { ($0.key, canonical($0.value)) }
            return .object(JSONObject(members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
        case .array(let elements): return .array(elements.map(canonical))
        default: return value
        }
    }
}
