internal import Core
internal import Orchestration

/// Where a payer goes when an order has ended: the merchant's `redirectUrl` with KS Pay's three parameters.
enum ReturnAddress {
    private static let names = ["payment_status", "kspay_id", "provider_payment_id"]

    /// Nil before the end, and where the merchant gave no address.
    static func make(_ order: OrderView, _ phase: PaymentPhase) -> String? {
        guard phase.isEnd, let url = order.redirectURL, WebAddress.isValid(url) else { return nil }
        var values = [phase == .paid ? "success" : "failed", order.id.text(.transaction)]
        if let reference = order.providerReference { values.append(reference) }
        return appended(to: url, values)
    }

    /// A shop that gives the address of its current page may give the parameters of the payment before with it: they go.
    private static func appended(to url: String, _ values: [String]) -> String {
        let base = url.prefix { $0 != "?" }
        let kept = url.dropFirst(base.count + 1).split(separator: "&").filter { pair in
            !names.contains { pair.prefix { $0 != "=" } == $0 }
        }
        let added = zip(names, values).map { "\($0)=\(encoded($1))" }
        return base + "?" + (kept.map(String.init) + added).joined(separator: "&")
    }

    /// Percent-encoded but for the unreserved characters (RFC 3986 section 2.3).
    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if TextRule.isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
