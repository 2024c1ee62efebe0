/// A control request that cannot be done.
struct ControlProblem: Error {
    var status: Int
    var message: String

    static func bad(_ message: String) -> ControlProblem { ControlProblem(status: 400, message: message) }
}

/// The control API under `/_sandbox`, for tests and for people who try things out.
struct ControlDesk: Sendable {
    static let prefix = "/_sandbox/"

    let world: World

    func answer(_ request: WebRequest) -> WebAnswer {
        let path = String(request.path.dropFirst(Self.prefix.count))
        do {
            return .json(200, try answer(request, path))
        } catch {
            return .json(error.status, ["error": .string(error.message)])
        }
    }

    private func answer(_ request: WebRequest, _ path: String) throws(ControlProblem) -> JSONObject {
        switch (request.method, path) {
        case ("GET", "health"): return ["status": "ok"]
        case ("GET", "ledger"): return ledger(request.query)
        case ("GET", _) where path.hasPrefix("ledger/"): return try entry(String(path.dropFirst(7)))
        case ("GET", "callbacks"): return callbacks(request.query["reference"])
        case ("GET", "requests"): return requests(request.query["reference"])
        case ("GET", "settings"): return world.state.withLock { $0.settings.json }
        case ("POST", "pay"): return try pay(Body(request))
        case ("POST", "callback"): return try callback(Body(request))
        case ("POST", "behaviour"): return try plan(Body(request))
        case ("DELETE", "behaviour"):
            world.state.withLock { $0.planned = [] }
            return ["status": "cleared"]
        case ("POST", "settings"): return try set(Body(request))
        case ("GET", "mail"): return mail(request.query)
        case ("POST", "accounts"): return try add(Body(request))
        case ("POST", "tokens/revoke"): return try revokeTokens(Body(request))
        case ("POST", "reset"):
            world.reset()
            return ["status": "reset"]
        default: throw ControlProblem(status: 404, message: "no such control call: \(request.method) \(path)")
        }
    }

    private func callbacks(_ reference: String?) -> JSONObject {
        let records = world.state.withLock { $0.callbacks.elements }
        let wanted = records.filter { [$0.reference, $0.providerReference, nil].contains(reference) }
        return ["callbacks": .array(wanted.map { .object($0.json) })]
    }

    private func requests(_ reference: String?) -> JSONObject {
        let records = world.state.withLock { $0.requests.elements }
        let wanted = records.filter { reference == nil || $0.reference == reference }
        return ["requests": .array(wanted.map { .object($0.json) })]
    }

    /// The body of a control request, read with clear complaints.
    struct Body {
        let object: JSONObject

        init(_ request: WebRequest) throws(ControlProblem) {
            do throws(JSONReader.Failure) {
                guard let object = try JSONReader.read(request.body).object else {
                    throw JSONReader.Failure(message: "not an object", offset: 0)
                }
                self.object = object
            } catch {
                throw .bad("the body must be a JSON object: \(error.message) at byte \(error.offset)")
            }
        }

        func text(_ name: String) throws(ControlProblem) -> String {
            guard let text = optionalText(name) else { throw .bad("\(name) must be a string") }
            return text
        }

        func optionalText(_ name: String) -> String? {
            object[name]?.string
        }

        func amount(_ name: String) throws(ControlProblem) -> Amount? {
            guard let value = object[name], !value.isNull else { return nil }
            let amount =
                value.string.flatMap(Amount.init(plain:)) ?? value.numberText.flatMap(Amount.init(number:))
            guard let amount else { throw .bad("\(name) must be an amount with at most 2 decimals") }
            return amount
        }

        func bankCodes(_ name: String) throws(ControlProblem) -> Set<String>? {
            guard let value = object[name], !value.isNull else { return nil }
            let codes = Set(value.array?.compactMap(\.string) ?? ["?"])
            guard codes.isSubset(of: ThaiBanks.codes) else {
                throw .bad("\(name) must be a list of bank codes, such as [\"KBANK\"]")
            }
            return codes
        }

        func milliseconds(_ name: String) throws(ControlProblem) -> Int64? {
            guard let value = object[name], !value.isNull else { return nil }
            guard let number = value.integer, (0...86_400_000).contains(number) else {
                throw .bad("\(name) must be milliseconds, 0 to 86400000")
            }
            return number
        }

        func seconds(_ name: String) throws(ControlProblem) -> Int64? {
            guard let value = object[name], !value.isNull else { return nil }
            guard let number = value.integer, (0...86_400).contains(number) else {
                throw .bad("\(name) must be seconds, 0 to 86400")
            }
            return number
        }

        /// One of a closed list of words.
        func word<Word: RawRepresentable & CaseIterable>(
            _ name: String, _ type: Word.Type
        ) throws(ControlProblem) -> Word where Word.RawValue == String {
            guard let word = Word(rawValue: try text(name)) else {
                let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw .bad("\(name) must be one of: \(words)")
            }
            return word
        }
    }
}
