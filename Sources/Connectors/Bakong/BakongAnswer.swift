internal import JSON

/// An answer of Bakong's open API. Nothing of it is signed: TLS and the token are all there is.
enum BakongAnswer {
    /// It says that it worked: `data`, which may be null.
    case success(JSON)
    /// It says that it did not, with one of its codes.
    case failure(BakongError, message: String)
    /// Nothing can be concluded from it. The text is for operators.
    case unusable(String)

    /// Why a caller is kept out without a word of the API's own.
    static let blocked =
        "HTTP 403 from in front of Bakong: it takes calls from Cambodia only; set the account's `proxy` to one there"

    init(_ response: ProviderResponse) {
        self = Self.read(response)
    }

    private static func read(_ response: ProviderResponse) -> BakongAnswer {
        if response.status == 429 { return .unusable("HTTP 429: too many requests") }
        guard let message = try? JSON.parse(response.body).objectValue,
            let code = message["responseCode"]?.int64
        else {
            if response.status == 403 { return .unusable(blocked) }
            if response.status == 401 { return .failure(.unauthorized, message: "HTTP 401") }
            return .unusable("HTTP \(response.status) with a body that is no answer of Bakong's")
        }
        if response.status == 401 { return .failure(.unauthorized, message: "HTTP 401") }
        guard response.status < 500 else { return .unusable("HTTP \(response.status)") }
        let words = message["responseMessage"]?.stringValue ?? ""
        switch (code, response.status) {
        case (0, 200...299): return .success(message["data"] ?? .null)
        case (0, _): return .unusable("HTTP \(response.status) with a success")
        case (1, _):
            let error = message["errorCode"]?.int64.flatMap(BakongError.init) ?? .other
            return .failure(error, message: words)
        default: return .unusable("responseCode \(code)")
        }
    }
}

/// Bakong's error codes (seed: "Custom Code"; 11 from the account check, 12 seen).
enum BakongError: Int64, Sendable, CaseIterable {
    /// None of the documented ones.
    case other = 0
    /// No payment of this code or number.
    case notFound = 1
    /// A code without an amount.
    case staticCode = 2
    /// The payer's transfer came to nothing.
    case transactionFailed = 3
    /// No deep link could be had.
    case deepLinkProvider = 4
    /// A field is missing.
    case missingFields = 5
    /// The token is not good.
    case unauthorized = 6
    /// No mail goes out.
    case mailServerDown = 7
    /// The address is registered already.
    case registeredAlready = 8
    /// Bakong is out of order.
    case noConnection = 9
    /// The address is not registered.
    case notRegistered = 10
    /// There is no such account.
    case noSuchAccount = 11
    /// That is no account's id.
    case invalidAccountID = 12

    /// For operators.
    var sentence: String {
        switch self {
        case .other: "an undocumented error"
        case .notFound: "the transaction could not be found"
        case .staticCode: "Bakong does not take static QR codes here"
        case .transactionFailed: "the transaction failed"
        case .deepLinkProvider: "the deep link's provider failed"
        case .missingFields: "Bakong misses required fields"
        case .unauthorized: "the token is not good"
        case .mailServerDown: "Bakong's mail server is down: try again later"
        case .registeredAlready:
            "the e-mail address is registered already: set it as the account's `email`, and a token is got with it"
        case .noConnection: "Bakong cannot reach its server: try again later"
        case .notRegistered: "the e-mail address is not registered: run causeway account register"
        case .noSuchAccount: "Bakong knows no such account: check `accountId`"
        case .invalidAccountID: "`accountId` is not the id of a Bakong account"
        }
    }
}

extension BakongAnswer {
    /// What it brought.
    ///
    /// - Throws: what went wrong, for an operator.
    func data() throws(ConnectorError) -> JSON {
        switch self {
        case .success(let data): return data
        case .failure(let error, _): throw ConnectorError(error.sentence)
        case .unusable(let why): throw ConnectorError(why)
        }
    }
}
