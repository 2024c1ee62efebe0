/// A request that the provider answers with a refusal: nothing was accepted.
struct Refusal: Error {
    /// The HTTP status, which often is 200.
    var status = 200
    var body: JSONObject

    var answer: WebAnswer { .json(status, body) }
}

/// What a call that did its work comes to.
struct Work {
    var answer: JSONObject
    /// The order it opened.
    var order: String?
}

/// A provider's own words for the things that behaviours make happen.
protocol Desk: Sendable {
    func refusal(_ behaviour: Behaviour, _ operation: Operation) -> Refusal
    var internalError: WebAnswer { get }
}

extension World {
    /// Plays one call as its script says. `work` is told whether to spoil the answer's signature.
    func perform(
        _ operation: Operation, _ script: Script, desk: some Desk,
        work: (_ spoilsSignature: Bool) throws(Refusal) -> Work
    ) -> WebAnswer {
        switch script.behaviour {
        case .loseAnswerBefore: return .hangUp
        case .errorBefore: return desk.internalError
        case .refuse, .refuseAccount, .refuseBalance, .notWhitelisted, .badKey:
            return desk.refusal(script.behaviour, operation).answer
        default: break
        }
        let done: Work
        do {
            done = try work(script.behaviour == .badSignatureAnswer)
        } catch {
            return error.answer
        }
        var answer = WebAnswer.json(200, done.answer)
        switch script.behaviour {
        case .loseAnswerAfter: answer = .hangUp
        case .errorAfter: answer = desk.internalError
        case .garbledAfter: answer = answer.garbled
        case .earlyCallback: done.order.map(rush)
        case .slow: answer.delayMs = script.latencyMs
        default: break
        }
        if let order = done.order {
            if script.behaviour == .slow {
                begin(order)
            } else {
                answer.afterwards = { self.begin(order) }
            }
        }
        return answer
    }
}
