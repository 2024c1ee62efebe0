/// The one port's front: which desk a request is for.
struct Front: Sendable {
    let payplus: PayPlusDesk
    let haipay: HaiPayDesk
    let bakong: BakongDesk
    let kess: KESSDesk
    let control: ControlDesk
    let world: World

    init(world: World, publicURL: String) {
        self.world = world
        payplus = PayPlusDesk(world: world, publicURL: publicURL)
        haipay = HaiPayDesk(world: world)
        bakong = BakongDesk(world: world, publicURL: publicURL)
        kess = KESSDesk(world: world)
        control = ControlDesk(world: world)
    }

    func answer(_ request: WebRequest) -> WebAnswer {
        if request.path.hasPrefix(PayPlusDesk.prefix + "/") { return held(payplus.answer(request)) }
        if request.path.hasPrefix(HaiPayDesk.prefix) { return held(haipay.answer(request)) }
        if request.path.hasPrefix(BakongDesk.prefix) { return held(bakong.answer(request)) }
        if request.path.hasPrefix(KESSDesk.prefix + "/") { return held(kess.answer(request)) }
        if request.path.hasPrefix(ControlDesk.prefix) { return control.answer(request) }
        if request.path == "/pay", let id = request.query["ref"] { return paymentPage(id) }
        return .json(404, ["error": "nothing here: see docs/sandbox.md"])
    }

    /// `answerDelayMs` holds every provider's answer back.
    private func held(_ answer: WebAnswer) -> WebAnswer {
        var answer = answer
        answer.delayMs += world.state.withLock { $0.settings.answerDelayMs }
        return answer
    }

    /// PayPlus's hosted page, as plain as can be: no identifier of a stranger is echoed.
    private func paymentPage(_ id: String) -> WebAnswer {
        guard let order = world.order(id), order.direction == .payin else {
            return .json(404, ["error": "no such deposit"])
        }
        let state = world.progress(of: order).rawValue
        let text =
            "Pay exactly \(order.payable.text) THB.\nPromptPay: \(order.qrCode ?? "by transfer")\nState: \(state)\n"
        return WebAnswer(
            kind: .respond(status: 200, body: Array(text.utf8)), contentType: "text/plain; charset=utf-8")
    }
}
