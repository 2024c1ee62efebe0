/// Bakong's envelope, and its codes in the words of the documents.
enum BakongAnswers {
    /// The custom codes of the documents' table; 11 and 12 came with the account check.
    enum Code: Int {
        case notFound = 1
        case staticCode = 2
        case failed = 3
        case deeplink = 4
        case missingFields = 5
        case unauthorised = 6
        case mailServer = 7
        case registeredAlready = 8
        case noConnection = 9
        case notRegistered = 10
        case noAccount = 11
        case badAccount = 12

        /// Not found has the words of the samples, which differ a little from the table's.
        var message: String {
            switch self {
            case .notFound: "Transaction could not be found. Please check and try again."
            case .staticCode: "Sorry, the system does not support static QR code."
            case .failed: "Transaction failed."
            case .deeplink: "Error occurred on requesting deeplink from provider."
            case .missingFields: "Missing required fields."
            case .unauthorised: "Unauthorized."
            case .mailServer: "Email server has been down."
            case .registeredAlready: "Email has been registered already."
            case .noConnection: "Cannot connect to server. Please try again later."
            case .notRegistered: "Not registered yet."
            case .noAccount: "Account ID not found"
            case .badAccount: "Account ID is invalid"
            }
        }
    }

    static func success(_ message: String, _ data: JSONValue) -> JSONObject {
        ["responseCode": 0, "responseMessage": .string(message), "errorCode": nil, "data": data]
    }

    /// What the business decides comes with HTTP 200, what the caller did wrong with a status of its own.
    static func refusal(_ code: Code, status: Int = 200, detail: String? = nil) -> Refusal {
        let words = detail.map { "\(code.message) \($0)" } ?? code.message
        return Refusal(
            status: status,
            body: [
                "responseCode": 1, "responseMessage": .string(words), "errorCode": JSONValue(code.rawValue),
                "data": nil,
            ])
    }

    static func badRequest(_ detail: String) -> Refusal {
        refusal(.missingFields, status: 400, detail: detail)
    }

    static let unauthorised = refusal(.unauthorised, status: 401)

    /// What a caller outside Cambodia gets, from whatever stands before the API.
    static let blocked = WebAnswer(
        kind: .respond(
            status: 403,
            body: Array(
                "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n</body>\r\n</html>".utf8)),
        contentType: "text/html")

    static let bulkForbidden = WebAnswer.json(
        403, ["responseCode": 1, "responseMessage": "Forbidden", "errorCode": 6, "data": nil])

    static func rateLimited(retryAfterMs: Int64) -> WebAnswer {
        var answer = WebAnswer.json(
            429, ["responseCode": 1, "responseMessage": "Too many requests", "errorCode": nil, "data": nil])
        answer.header = ("Retry-After", String((retryAfterMs + 999) / 1_000))
        return answer
    }

    /// A number as Java prints a double, after the documents' `1.0`: always with a decimal, and with an exponent
    /// from ten million on.
    static func javaNumber(_ amount: Amount) -> JSONValue {
        let plain = amount.number.numberText ?? "0"
        guard amount.minor >= 1_000_000_000 else {
            return .number(plain.contains(".") ? plain : plain + ".0")
        }
        let exponent = String(amount.minor / 100).count - 1
        var digits = plain.filter { $0 != "." }
        while digits.count > 2, digits.hasSuffix("0") { digits.removeLast() }
        return .number("\(digits.prefix(1)).\(digits.dropFirst())E\(exponent)")
    }
}
