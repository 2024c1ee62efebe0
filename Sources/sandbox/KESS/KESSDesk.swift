/// KESS's partner API as the seed documents it: a token, and one gateway for all services.
struct KESSDesk: Sendable {
    static let prefix = "/kess/partnerapi/v1"

    let world: World

    static let services: [String: Operation] = [
        "create.unified.fundTransfer": .create, "confirm.fundTransfer": .confirm,
        "query.fundTransfer": .query,
    ]

    func answer(_ request: WebRequest) -> WebAnswer {
        let path = request.path.dropFirst(Self.prefix.count)
        guard path == "/token" || path == "/gateway" else {
            return .json(404, ["success": false, "error_desc": "no such route"])
        }
        guard request.method == "POST" else {
            return .json(405, ["success": false, "error_desc": "method not supported"])
        }
        let body =
            WebText.isJSON(request.headers["content-type"])
            ? (try? JSONReader.read(request.body))?.object : nil
        return path == "/token" ? answerToken(request, body) : answerGateway(request, body)
    }

    private func answerGateway(_ request: WebRequest, _ body: JSONObject?) -> WebAnswer {
        let bearer = "Bearer "
        let header = request.headers["authorization"] ?? ""
        let account = header.hasPrefix(bearer) ? world.account(withToken: String(header.dropFirst(7))) : nil
        let operation = body?["service"]?.string.flatMap { Self.services[$0] }
        let answer = answer(operation, account, body)
        let shown = answer.shown
        let created = body?["pre_transfer_id"]?.string.flatMap(world.order)
        world.note(
            RequestRecord(
                at: .now, provider: .kess, account: account?.key.name,
                operation: operation?.rawValue ?? "gateway",
                reference: body?["out_trade_no"]?.string ?? created?.reference, peer: request.peer,
                body: request.body, status: shown.status, answer: shown.body))
        return answer
    }

    private func answer(_ operation: Operation?, _ account: Account?, _ body: JSONObject?) -> WebAnswer {
        guard let account, case .kess(let credentials) = account.credentials else {
            return KESSCall.unauthorized.answer
        }
        let call = KESSCall(account: account.key, credentials: credentials, fields: body ?? [:])
        if operation == .create, let reference = body?["out_trade_no"]?.string {
            let amount = (try? call.amount())?.text ?? ""
            world.countSubmission(of: reference, account: account.key, direction: .payout, amount: amount)
        }
        do throws(Refusal) {
            guard body != nil else { throw call.refusal(.validation, "the body must be a JSON object") }
            guard call.fields["sign_type"] == nil || call.fields["sign_type"]?.string == "RSA2" else {
                throw call.refusal(.validation, "sign_type must be RSA2")
            }
            guard KESSSignature.isGenuine(call.fields, of: credentials) else {
                throw call.refusal(.validation, "sign verification failed")
            }
            switch operation {
            case .create: return try create(call)
            case .confirm: return try confirm(call)
            case .query: return try query(call)
            default: throw call.refusal(.validation, "no such service")
            }
        } catch {
            return error.answer
        }
    }
}
