public import Core
internal import JSON

extension PayPlusConnector {
    /// Verifies a callback's signature before anything else in it is looked at, then its age.
    ///
    /// What is signed and new but not understood is unknown news: acknowledged, and left to the next query.
    public func callback(
        _ request: CallbackRequest, at time: Timestamp
    ) throws(CallbackRefusal) -> CallbackNews {
        guard let body = try? JSON.parse(request.body), let message = body.objectValue else {
            throw .malformed("the body must be a JSON object")
        }
        guard settings.callbacks.verifies(message) else {
            throw .unverified("signature must be a JWT (HS256) over exactly the other fields")
        }
        let clock = PayPlusTime.unix(message["timestamp"])
        if let tolerance = settings.callbackTolerance {
            guard let clock else {
                throw .malformed("timestamp must be Unix time, in seconds or milliseconds")
            }
            guard (clock - tolerance...clock + tolerance).contains(time) else { throw .stale }
        }
        guard let order = PayPlusOrder(message) else {
            throw .malformed("order_no and agent_order_no must be texts of 1 to 64 characters")
        }
        let direction = try Self.direction(message["type"]?.stringValue)
        return CallbackNews(
            reference: order.reference, providerReference: order.providerReference, direction: direction,
            amount: order.amount, outcome: order.outcome(of: nil, direction, clock: clock))
    }

    private static func direction(_ type: String?) throws(CallbackRefusal) -> Direction {
        switch type {
        case "deposit": return .payin
        case "withdrawal": return .payout
        default: throw .malformed("type must be deposit or withdrawal")
        }
    }

    /// PayPlus's word for "received".
    public func acknowledgement(of news: CallbackNews) -> CallbackAcknowledgement {
        CallbackAcknowledgement(
            contentType: "application/json", body: Array(#"{"code":200,"message":"Success"}"#.utf8))
    }
}
