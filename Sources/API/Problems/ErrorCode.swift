/// Every error that the API answers with: one row each, and the only place where a status or a title is chosen.
///
/// The raw value is the stable word in a problem document's `code`. Words are never reused for another meaning.
enum ErrorCode: String, Sendable, CaseIterable {
    // The request as a message.
    case badRequest = "bad_request"
    case bodyMalformed = "body_malformed"
    case queryInvalid = "query_invalid"
    case fieldsInvalid = "fields_invalid"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case requestTimeout = "request_timeout"
    case contentTooLarge = "content_too_large"
    case targetTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case fieldsTooLarge = "header_fields_too_large"
    case notImplemented = "not_implemented"
    case versionNotSupported = "http_version_not_supported"

    // Who is asking.
    case tokenMissing = "token_missing"
    case tokenInvalid = "token_invalid"
    case tokenExpired = "token_expired"
    case refreshTokenMissing = "refresh_token_missing"
    case refreshTokenInvalid = "refresh_token_invalid"
    case refreshTokenExpired = "refresh_token_expired"
    case refreshTokenReused = "refresh_token_reused"
    case credentialsInvalid = "credentials_invalid"
    case appDisabled = "app_disabled"
    case tooManyAttempts = "too_many_attempts"
    case adminKeyInvalid = "admin_key_invalid"
    case adminDisabled = "admin_disabled"
    case signatureMissing = "signature_missing"
    case signatureInvalid = "signature_invalid"
    case signatureExpired = "signature_expired"

    // What is asked for.
    case currencyNotFound = "currency_not_found"
    case orderNotFound = "order_not_found"
    case merchantNotFound = "merchant_not_found"
    case appNotFound = "app_not_found"
    case accountNotFound = "account_not_found"
    case paymentNotFound = "payment_not_found"
    case referenceDuplicate = "reference_duplicate"
    case stateConflict = "state_conflict"
    case quoteExpired = "quote_expired"
    case nameTaken = "name_taken"
    case idempotencyKeyMalformed = "idempotency_key_malformed"
    case idempotencyMismatch = "idempotency_mismatch"
    case idempotencyInProgress = "idempotency_in_progress"

    // Providers' callbacks.
    case callbackMalformed = "callback_malformed"
    case callbackUnverified = "callback_unverified"
    case callbackStale = "callback_stale"
    case callbackNotSupported = "callback_not_supported"
    case callbackAddressRefused = "callback_address_refused"

    // Us.
    case noRoute = "no_route"
    case providerFailed = "provider_failed"
    case overloaded
    case unavailable
    case deadlineExceeded = "deadline_exceeded"
    case internalError = "internal_error"

    /// Whether a provider's callback was not believed.
    var isOfCallbacks: Bool { rawValue.hasPrefix("callback_") }

    /// What a code means to HTTP and to people.
    struct Row: Sendable {
        /// HTTP's status.
        let status: Int
        /// The same for every occurrence.
        let title: String
        /// What to do about it.
        let hint: String

        init(_ status: Int, _ title: String, _ hint: String) {
            self.status = status
            self.title = title
            self.hint = hint
        }
    }

    /// The table.
    var row: Row {
        switch self {
        case .badRequest: Row(400, "The request is malformed", "Send well-formed HTTP/1.1.")
        case .bodyMalformed: Row(400, "The body cannot be read", "Send what Content-Type says, in UTF-8.")
        case .queryInvalid: Row(400, "A query parameter is not right", "Mend the parameters in `errors`.")
        case .fieldsInvalid: Row(422, "A field is not right", "Mend the fields in `errors`, all at once.")
        case .notFound: Row(404, "There is nothing here", "Check the path.")
        case .methodNotAllowed:
            Row(405, "The path does not have this method", "Use a method that Allow names.")
        case .notAcceptable: Row(406, "No acceptable form", "Accept the answer's type, or leave Accept out.")
        case .requestTimeout: Row(408, "The request came too slowly", "Send it again on a new connection.")
        case .contentTooLarge: Row(413, "The body is too large", "Send at most 64 KiB.")
        case .targetTooLong: Row(414, "The request line is too long", "Send fewer or shorter parameters.")
        case .unsupportedMediaType:
            Row(
                415, "The body's type is not read here",
                "Send application/json; calls of merchants take application/x-www-form-urlencoded and multipart/form-data, too."
            )
        case .expectationFailed: Row(417, "The expectation cannot be met", "Expect 100-continue or nothing.")
        case .fieldsTooLarge: Row(431, "The head is too large", "Send fewer or shorter header fields.")
        case .notImplemented: Row(501, "The server does not have this", "Use another method or coding.")
        case .versionNotSupported: Row(505, "The protocol is not supported", "Use HTTP/1.1.")
        case .tokenMissing, .tokenInvalid, .tokenExpired, .refreshTokenMissing, .refreshTokenInvalid,
            .refreshTokenExpired, .refreshTokenReused, .credentialsInvalid, .appDisabled, .tooManyAttempts,
            .adminKeyInvalid, .adminDisabled, .signatureMissing, .signatureInvalid, .signatureExpired:
            callerRow
        case .currencyNotFound, .orderNotFound, .merchantNotFound, .appNotFound, .accountNotFound,
            .paymentNotFound,
            .referenceDuplicate, .stateConflict, .quoteExpired, .nameTaken, .idempotencyKeyMalformed,
            .idempotencyMismatch, .idempotencyInProgress:
            resourceRow
        default: ownRow
        }
    }

    private var callerRow: Row {
        let signIn = "Get a token from POST /v1/auth/generate-token/{appId}."
        return switch self {
        case .tokenMissing: Row(401, "An access token is needed", "Send Authorization: Bearer <accessToken>.")
        case .tokenInvalid: Row(401, "The access token is not valid", signIn)
        case .tokenExpired: Row(401, "The access token has expired", "Refresh it, or sign in again.")
        case .refreshTokenMissing:
            Row(401, "A refresh token is needed", "Send Authorization: <refreshToken>.")
        case .refreshTokenInvalid: Row(401, "The refresh token is not valid", signIn)
        case .refreshTokenExpired: Row(401, "The refresh token has expired", signIn)
        case .refreshTokenReused:
            Row(
                401, "The refresh token was used before",
                "All tokens of this sign-in are revoked: sign in again.")
        case .credentialsInvalid: Row(401, "The app or its keys are not right", "Check appId and both keys.")
        case .appDisabled: Row(403, "The app is switched off", "Ask the operator.")
        case .tooManyAttempts: Row(429, "Too many failed attempts", "Wait as long as Retry-After says.")
        case .adminKeyInvalid:
            Row(401, "The admin key is not right", "Send Authorization: Bearer <admin key>.")
        case .adminDisabled: Row(401, "The admin API is off", "Set CAUSEWAY_ADMIN_KEY and start again.")
        case .signatureMissing: Row(403, "A signature is needed", "Send it in x-signature.")
        case .signatureInvalid: Row(403, "The signature is not right", "Sign as the documentation says.")
        case .signatureExpired: Row(403, "The signature has expired", "Initiate the transaction again.")
        default: ownRow
        }
    }

    private var resourceRow: Row {
        switch self {
        case .currencyNotFound: Row(404, "There is no such currency", "See GET /v1/currencies.")
        case .orderNotFound: Row(404, "There is no such transaction", "Check the txnId.")
        case .merchantNotFound: Row(404, "There is no such merchant", "See GET /admin/v1/merchants.")
        case .appNotFound: Row(404, "There is no such app", "See GET /admin/v1/apps.")
        case .accountNotFound: Row(404, "There is no such provider account", "Check the account's id.")
        case .paymentNotFound:
            Row(404, "No provider knows such a payment", "Check the hash, and the amount beside a short one.")
        case .referenceDuplicate:
            Row(409, "The reference number was used before", "Fetch the transaction that `txnId` names.")
        case .stateConflict: Row(409, "The transaction is past that point", "Fetch it to see where it is.")
        case .quoteExpired: Row(409, "The quote has expired", "Initiate the transaction again.")
        case .nameTaken: Row(409, "The name is taken", "Choose another one.")
        case .idempotencyKeyMalformed:
            Row(
                400, "The Idempotency-Key is malformed",
                "Send a quoted string of 1 to 255 printable characters.")
        case .idempotencyMismatch:
            Row(422, "The Idempotency-Key was used for another payload", "Use a new key for a new request.")
        case .idempotencyInProgress:
            Row(409, "The first request with this key is still running", "Send it again a little later.")
        default: ownRow
        }
    }

    private var ownRow: Row {
        let later = "Send it again when Retry-After says, with the same reference number or Idempotency-Key."
        return switch self {
        case .callbackMalformed: Row(400, "The callback cannot be read", "Send what the provider documents.")
        case .callbackUnverified: Row(401, "The callback does not verify", "Check the keys on both sides.")
        case .callbackStale: Row(401, "The callback's time is too far off", "Check the clocks on both sides.")
        case .callbackNotSupported: Row(404, "This provider has no callbacks", "Remove the callback URL.")
        case .callbackAddressRefused:
            Row(403, "Callbacks may not come from this address", "Check the account's callback addresses.")
        case .noRoute: Row(503, "No provider account can take this now", later)
        case .providerFailed:
            Row(502, "The provider did not answer as it should", "See `detail`, and the account in /health.")
        case .overloaded: Row(503, "Too much is under way", later)
        case .unavailable: Row(503, "The service cannot do this now", later)
        case .deadlineExceeded: Row(503, "The answer took too long", later)
        default: Row(500, "Something went wrong here", "Tell the operator the X-Request-Id.")
        }
    }
}
