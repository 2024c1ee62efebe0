public import Core
internal import JSON

extension HaiPayConnector {
    /// Verifies a callback over every field of it, then that it is of this account's app.
    ///
    /// HaiPay signs no time: a callback may come again at any time, and the order's state makes it harmless.
    public func callback(
        _ request: CallbackRequest, at time: Timestamp
    ) throws(CallbackRefusal) -> CallbackNews {
        guard let body = try? JSON.parse(request.body), let message = body.objectValue else {
            throw .malformed("the body must be a JSON object")
        }
        guard settings.signature.verifies(message) else {
            throw .unverified("sign must be HaiPay's signature over exactly the other fields")
        }
        guard let order = HaiPayOrder(message) else {
            throw .malformed("orderId and orderNo must be texts of 1 to 64 characters")
        }
        guard message.tells("appId"), order.isOf(app: settings.appID) else {
            throw .unverified("appId must be this account's")
        }
        return CallbackNews(
            reference: order.reference, providerReference: order.providerReference, direction: .payout,
            amount: order.amount, outcome: order.outcome(of: nil))
    }

    /// Exactly `SUCCESS`: after anything else HaiPay calls again, every five minutes, five times.
    public func acknowledgement(of news: CallbackNews) -> CallbackAcknowledgement {
        CallbackAcknowledgement(contentType: "text/plain", body: Array("SUCCESS".utf8))
    }
}
