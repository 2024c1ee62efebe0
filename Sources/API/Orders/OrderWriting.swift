internal import Core
internal import JSON
internal import Orchestration

extension JSONWriter {
    /// Writes an order as its merchant sees it: nothing of the other side's person, nothing of the routing.
    mutating func order(_ order: OrderView, _ links: PaymentLinks) {
        beginObject()
        orderMembers(order, links)
        endObject()
    }

    /// Writes an order's members into the object that is open.
    mutating func orderMembers(_ order: OrderView, _ links: PaymentLinks) {
        let id = order.id.text(.transaction)
        member("txnId", id)
        member("pe_txnId", id)
        member("providerOrderId", order.providerReference)
        member("referenceNumber", order.referenceNumber)
        member("currencyId", order.method.currency.code)
        member("currency", order.method.currency.code)
        member("paymentMethodId", order.method.rawValue)
        member("direction", order.method.direction.rawValue)
        member("amount", order.amount.decimal)
        member("payableAmount", (order.payable ?? order.amount).decimal)
        member("movedAmount", order.moved?.decimal)
        member("fee", order.fee?.decimal)
        member("status", order.state.rawValue)
        member("review", order.review)
        member("late", order.late)
        reason(order)
        member("payeeName", order.payeeName)
        artefact(order.artefact)
        member("checkoutUrl", links.url(of: order))
        member("description", order.description)
        key("metadata")
        if let metadata = order.metadata { raw(metadata) } else { null() }
        member("redirectUrl", order.redirectURL)
        time("createdAt", order.createdAt)
        time("updatedAt", order.updatedAt)
        time("finishedAt", order.finishedAt)
        time("expiresAt", order.expiresAt)
    }

    private mutating func reason(_ order: OrderView) {
        key("reason")
        guard let code = order.reason else { return null() }
        beginObject()
        member("code", code)
        member("detail", order.reasonDetail)
        endObject()
    }

    private mutating func artefact(_ artefact: Artefact?) {
        member("qrCode", artefact?.qrCode)
        member("qrImage", artefact?.qrImage)
        member("qrMd5", artefact?.qrMD5)
        member("deepLink", artefact?.deepLink)
        member("paymentUrl", artefact?.pageURL)
        key("bankAccount")
        guard let artefact, let number = artefact.bankAccountNumber else { return null() }
        beginObject()
        member("bank", artefact.bankName)
        member("number", number)
        member("name", artefact.bankAccountName)
        endObject()
    }

    /// Writes a member that is a moment or `null`.
    mutating func time(_ name: StaticString, _ time: Timestamp?) { member(name, time?.iso8601) }

    /// Writes a line of an order's history.
    mutating func event(_ event: OrderEvent) {
        beginObject()
        member("number", event.number)
        time("at", event.at)
        member("kind", event.kind)
        member("actor", event.actor)
        key("detail")
        raw(event.detail)
        endObject()
    }
}
