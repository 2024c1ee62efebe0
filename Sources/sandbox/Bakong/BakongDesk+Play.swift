extension BakongDesk {
    /// Plays one call as the control API ordered it, else as the amount of the code asks.
    func play(_ call: BakongCall, _ work: (Behaviour) throws(Refusal) -> BakongWork) -> WebAnswer {
        let script = script(for: call)
        if let answer = instead(of: call.operation, script) { return answer }
        let done: BakongWork
        do {
            done = try work(script.behaviour)
        } catch {
            return error.answer
        }
        var last = script
        if script.behaviour == .succeed, let once = done.once { last = world.script(once) }
        return instead(of: call.operation, last) ?? finished(.json(200, done.answer), last)
    }

    /// The behaviour ordered for such a call. One that is no account's takes what was ordered for any, and uses up
    /// what was ordered for all.
    private func script(for call: BakongCall) -> Script {
        let accounts =
            call.account.map { [$0.key] }
            ?? world.state.withLock { state in
                let planned = state.planned.filter { $0.operation == call.operation }
                return Set(planned.map(\.account).filter { $0.provider == .bakong }).sorted {
                    $0.name < $1.name
                }
            }
        return accounts.compactMap { world.plannedScript(for: $0, call.operation) }.first ?? world.script()
    }

    /// The answer of a call that does no work.
    private func instead(of operation: Operation, _ script: Script) -> WebAnswer? {
        switch script.behaviour {
        case .loseAnswerBefore: .hangUp
        case .errorBefore: internalError
        case .blocked, .notWhitelisted: BakongAnswers.blocked
        case .unauthorised, .badKey: BakongAnswers.unauthorised.answer
        case .rateLimited: BakongAnswers.rateLimited(retryAfterMs: script.lateMs)
        case .bulkForbidden where operation == .checkList: BakongAnswers.bulkForbidden
        case .failed, .refuse, .refuseAccount, .refuseBalance: refusal(operation).answer
        default: nil
        }
    }

    private func finished(_ answer: WebAnswer, _ script: Script) -> WebAnswer {
        switch script.behaviour {
        case .loseAnswerAfter: return .hangUp
        case .errorAfter: return internalError
        case .garbledAfter: return answer.garbled
        case .slow:
            var answer = answer
            answer.delayMs = script.latencyMs
            return answer
        default: return answer
        }
    }

    private var internalError: WebAnswer {
        BakongAnswers.refusal(.noConnection, status: 500).answer
    }

    /// The documents' word for a call that fails on Bakong's side.
    private func refusal(_ operation: Operation) -> Refusal {
        switch operation {
        case .deeplink: BakongAnswers.refusal(.deeplink)
        case .requestToken: BakongAnswers.refusal(.mailServer)
        case .verify, .renew: BakongAnswers.refusal(.noConnection)
        case .account: BakongAnswers.refusal(.noAccount)
        default: BakongAnswers.refusal(.failed)
        }
    }
}
