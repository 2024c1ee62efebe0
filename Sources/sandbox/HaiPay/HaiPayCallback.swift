/// HaiPay's callbacks: the query's fields, flat, with `sign` among them.
enum HaiPayCallback {
    static func fields(
        _ order: Order, _ progress: Progress, _ variant: CallbackVariant,
        credentials: Account.HaiPayCredentials
    ) -> JSONObject {
        var fields: JSONObject = ["appId": JSONValue(credentials.appID), "currency": "KES"]
        for member in HaiPayDesk.orderFields(order, variant == .stale ? .processing : progress).members {
            fields[member.key] = member.value
        }
        switch variant {
        case .wrongAmount: fields["amount"] = .string((order.requested + Amount(minor: 10_000)).text)
        case .wrongCurrency: fields["currency"] = "USD"
        case .wrongAccount: fields["appId"] = JSONValue(credentials.appID + 1)
        case .wrongReference: fields["orderId"] = .string(order.reference + "-unknown")
        default: break
        }
        return HaiPaySignature.signed(
            fields, by: credentials.platformPrivateKey, secret: credentials.secret,
            isSpoilt: variant == .forged)
    }

    /// The body is exactly `SUCCESS`.
    static func isAcknowledged(_ result: DeliveryResult) -> Bool {
        result.status == 200 && result.body.elementsEqual("SUCCESS".utf8)
    }
}
