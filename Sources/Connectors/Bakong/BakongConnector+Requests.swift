public import Core
internal import Cryptography
internal import JSON

extension BakongConnector {
    /// The code that the payer scans. Everything in it is stored with the order, or a setting of the account.
    public func issue(_ payment: Payment, at time: Timestamp) throws(Refusal) -> Acceptance {
        guard let expiresAt = payment.expiresAt, expiresAt > payment.createdAt else {
            throw Refusal(.invalidRequest, "The code would have expired already.", worthAnotherAccount: false)
        }
        let text: String
        do throws(KHQRCode.Misfit) {
            text = try settings.code(of: payment, expiresAt: expiresAt).text()
        } catch {
            throw Refusal(
                .misconfigured, "No KHQR code can be made of this: \(error.tag) \(error.detail).",
                worthAnotherAccount: true)
        }
        var artefact = Artefact()
        artefact.qrCode = text
        artefact.qrMD5 = KHQRCode.md5(of: text)
        return Acceptance(payable: payment.amount, artefact: artefact, expiresAt: expiresAt)
    }

    /// By the MD5 of the code as it was stored.
    public func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    {
        settings.post(
            "/v1/check_transaction_by_md5", ["md5": .string(payment.artefact?.qrMD5 ?? "")],
            needsSession: true)
    }

    /// By the MD5s of several codes, as a bare list.
    public func bulkQuery(of payments: [Payment], at time: Timestamp) -> ProviderRequest? {
        let codes = payments.compactMap { $0.artefact?.qrMD5 }
        guard settings.mayAskInBulk, codes.count == payments.count else { return nil }
        return settings.post(
            "/v1/check_transaction_by_md5_list", .array(codes.map(JSON.string)), needsSession: true)
    }

    /// Whether the account that is to be paid exists.
    public func accountQuery(at time: Timestamp) -> ProviderRequest? {
        settings.post(
            "/v1/check_bakong_account", ["accountId": .string(settings.accountID)], needsSession: true)
    }

    /// The same question: it costs Bakong nothing, and needs the token.
    public func healthQuery(at time: Timestamp) -> ProviderRequest? { accountQuery(at: time) }

    /// A link that opens the payer's app. It needs no token (seed, section 4.2).
    public func embellishment(
        of issued: Acceptance, for payment: Payment, at time: Timestamp
    ) -> ProviderRequest? {
        guard settings.deepLinks, let code = issued.artefact?.qrCode else { return nil }
        var body: JSONObject = ["qr": .string(code)]
        if let source = settings.source {
            body["sourceInfo"] = [
                "appIconUrl": .string(source.iconURL), "appName": .string(source.name),
                "appDeepLinkCallback": .string(source.callback),
            ]
        }
        return settings.post("/v1/generate_deeplink_by_qr", .object(body), needsSession: false)
    }

    /// What was issued, with the link where there is one.
    public func embellished(_ issued: Acceptance, by response: ProviderResponse) -> Acceptance {
        guard case .success(let data) = BakongAnswer(response),
            let link = data.objectValue?.webURL("shortLink")
        else { return issued }
        var issued = issued
        issued.artefact?.deepLink = link
        return issued
    }
}

extension BakongSettings {
    /// What is paid by a payment's code.
    func code(of payment: Payment, expiresAt: Timestamp) -> KHQRCode {
        let payee: KHQRCode.Payee =
            isMerchant
            ? .merchant(account: accountID, id: merchantID ?? "", bank: acquiringBank ?? "")
            : .individual(account: accountID, information: accountInformation, bank: acquiringBank)
        var code = KHQRCode(
            payee: payee, amount: payment.amount, currency: payment.amount.currency,
            merchantName: merchantName ?? Self.fitting(payment.merchantName, 25),
            merchantCity: merchantCity,
            validity: KHQRCode.Validity(created: payment.createdAt, expires: expiresAt))
        code.categoryCode = categoryCode
        // An id's 26 letters are one more than a bill number may have. The first one holds three bits of a time in
        // milliseconds: 0 until the year 3084.
        code.billNumber = String(payment.order.base32.dropFirst())
        code.storeLabel = storeLabel
        code.terminalLabel = terminalLabel
        return code
    }

    /// As much of a name as fits, of what a payer's app can show.
    private static func fitting(_ name: String, _ most: Int) -> String {
        let basic = ProviderWords.printable(name).unicodeScalars.filter { $0.value <= 0xffff }
        let cut = String(String.UnicodeScalarView(basic.prefix(most)))
        return cut.isEmpty ? "Merchant" : cut
    }

    /// A call as all of Bakong's are.
    func post(_ path: String, _ body: JSON, needsSession: Bool) -> ProviderRequest {
        ProviderRequest(
            method: "POST", url: baseURL + path,
            headers: [.init("Content-Type", "application/json"), .init("Accept", "application/json")],
            body: body.compact(), needsSession: needsSession)
    }
}
