internal import HTTP
internal import JSON

/// A request's body as members, whatever it was sent as.
struct BodyFields: Sendable {
    /// The members in the order they came.
    var object: JSONObject
    /// From a form, where every value is text.
    var isForm: Bool

    /// Nothing.
    static let empty = BodyFields(object: JSONObject(), isForm: false)
}

/// Reads bodies in the three types that the API takes.
enum BodyReader {
    /// Reads the body of a call that needs one.
    static func read(_ request: Request) throws(Problem) -> BodyFields {
        guard let type = request.contentType else {
            let isMissing = request.headers["content-type"] == nil
            throw Problem(.unsupportedMediaType, isMissing ? "There is no Content-Type." : nil)
        }
        switch type.essence {
        case "application/json": return try json(request.body, type)
        case "application/x-www-form-urlencoded": return try form(urlencoded(request.body, type))
        case "multipart/form-data": return try form(multipart(request.body, type))
        default: throw Problem(.unsupportedMediaType)
        }
    }

    /// Reads the body of a call that may come without one.
    static func readIfPresent(_ request: Request) throws(Problem) -> BodyFields {
        if request.body.isEmpty { return .empty }
        return try read(request)
    }

    /// Reads any JSON value, for the calls that take documents.
    static func document(_ request: Request) throws(Problem) -> JSON {
        guard let type = request.contentType, type.essence == "application/json" else {
            throw Problem(.unsupportedMediaType, "This call reads application/json only.")
        }
        return try value(request.body, type)
    }

    private static func value(_ body: [UInt8], _ type: MediaType) throws(Problem) -> JSON {
        try checkCharset(type)
        do {
            return try JSON.parse(body)
        } catch {
            throw Problem(
                .bodyMalformed, "The body is not JSON: \(error).",
                faults: [.init(place: .body(""), detail: error.description)])
        }
    }

    private static func json(_ body: [UInt8], _ type: MediaType) throws(Problem) -> BodyFields {
        guard case .object(let object) = try value(body, type) else {
            throw Problem(.fieldsInvalid, faults: [.init(place: .body(""), detail: "must be an object")])
        }
        return BodyFields(object: object, isForm: false)
    }

    private static func form(_ pairs: [FormTree.Pair]) throws(Problem) -> BodyFields {
        var tree = FormTree()
        for pair in pairs { tree.add(pair) }
        return BodyFields(object: try tree.finish(), isForm: true)
    }

    private static func urlencoded(_ body: [UInt8], _ type: MediaType) throws(Problem) -> [FormTree.Pair] {
        try checkCharset(type)
        do throws(FormError) {
            return try FormDecoder.decode(body, fieldsMax: fieldsMax)
        } catch {
            throw problem(error)
        }
    }

    private static func multipart(_ body: [UInt8], _ type: MediaType) throws(Problem) -> [FormTree.Pair] {
        do throws(FormError) {
            return try MultipartDecoder.decode(body, type: type, fieldsMax: fieldsMax)
        } catch {
            throw problem(error)
        }
    }

    private static func problem(_ error: FormError) -> Problem {
        let detail =
            switch error {
            case .malformed: "is not a well-formed form"
            case .tooManyFields: "has more than \(fieldsMax) fields"
            case .notText: "has a part that is a file or anything else than UTF-8 text"
            case .noBoundary: "has no usable boundary in its Content-Type"
            }
        return Problem(
            .bodyMalformed, "The body \(detail).", faults: [.init(place: .body(""), detail: detail)])
    }

    /// Of a form: twice what any call knows.
    private static let fieldsMax = 64

    private static func checkCharset(_ type: MediaType) throws(Problem) {
        guard let charset = type.parameters["charset"], charset.lowercased() != "utf-8" else { return }
        throw Problem(.unsupportedMediaType, "Only UTF-8 is read.")
    }
}
