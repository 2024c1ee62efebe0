internal import Connectors
internal import Core
internal import HTTP
internal import Orchestration

// From what each layer below can say to the table's codes.

extension Problem {
    /// From what Orchestration says of an order.
    init(from error: OrderError) {
        switch error {
        case .invalid(let problems):
            self.init(.fieldsInvalid, faults: problems.map(Fault.init))
        case .noRoute(let why, let excluded):
            self.init(.noRoute, why)
            note = excluded
        case .duplicateReference(let id):
            self.init(
                .referenceDuplicate,
                faults: [.init(place: .body("/referenceNumber"), detail: "was used before")])
            transaction = id
        case .idempotencyMismatch: self.init(.idempotencyMismatch)
        case .idempotencyInProgress:
            self.init(.idempotencyInProgress)
            retryAfter = 2
        case .notFound: self.init(.orderNotFound)
        case .quoteExpired: self.init(.quoteExpired)
        case .conflict(let state):
            self.init(.stateConflict, "The transaction is \(state.rawValue).")
            self.state = state
        case .unavailable: self.init(.unavailable)
        }
    }

    /// From why nobody was signed in.
    init(from error: CredentialsError) {
        switch error {
        case .wrongKeys: self.init(.credentialsInvalid)
        case .disabled: self.init(.appDisabled)
        case .unknownToken: self.init(.refreshTokenInvalid)
        case .revokedToken: self.init(.refreshTokenInvalid, "The refresh token was revoked.")
        case .expiredToken: self.init(.refreshTokenExpired)
        case .reusedToken: self.init(.refreshTokenReused)
        case .unavailable: self.init(.unavailable)
        }
    }

    /// From what the directory's administration says.
    ///
    /// - Parameter missing: what "not found" is about.
    init(from error: AdministrationError, missing: ErrorCode) {
        switch error {
        case .invalid(let problems): self.init(.fieldsInvalid, faults: problems.map(Fault.init))
        case .notFound: self.init(missing)
        case .nameTaken:
            self.init(.nameTaken, faults: [.init(place: .body("/name"), detail: "is another's name")])
        case .database: self.init(.unavailable, "The database did not do it.")
        case .vault: self.init(.internalError, "A stored secret does not open, or cryptography failed.")
        case .provider(let why): self.init(.providerFailed, why)
        }
    }

    /// From why a callback was not believed.
    init(from refusal: CallbackRefusal) {
        switch refusal {
        case .malformed(let why): self.init(.callbackMalformed, why)
        case .unverified(let why): self.init(.callbackUnverified, why)
        case .stale: self.init(.callbackStale)
        case .notSupported: self.init(.callbackNotSupported)
        }
    }

    /// From what the HTTP server refuses by itself. It adds the failure's own header fields afterwards.
    init(from failure: Failure) {
        self.init(ErrorCode(rawValue: failure.code.rawValue) ?? .internalError, failure.detail)
        retryAfter = nil
    }
}

extension Problem.Fault {
    /// From a problem with a body's field.
    init(_ problem: FieldProblem) {
        self.init(place: .body(problem.pointer), detail: problem.detail)
    }
}
