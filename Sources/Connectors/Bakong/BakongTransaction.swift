internal import Core
internal import JSON

/// A payment as Bakong has it: `data` of the checks by MD5, hash and short hash.
struct BakongTransaction {
    let hash: String
    let payer: String
    let payee: String
    let amount: Money
    let at: Timestamp?

    /// `nil` where one of the mandatory members is missing or does not read.
    init?(_ data: JSON) {
        guard let data = data.objectValue, let hash = data.reference("hash"),
            let payer = data.text("fromAccountId", max: 100),
            let payee = data.text("toAccountId", max: 100), let code = data["currency"]?.stringValue,
            let currency = Currency(code: code), let amount = data.money("amount", currency)
        else { return nil }
        self.hash = hash
        self.payer = payer
        self.payee = payee
        self.amount = amount
        // Later revisions tell it; milliseconds since 1970.
        at = data["acknowledgedDateMs"]?.int64
            .flatMap { (0...253_402_300_799_999).contains($0) ? $0 : nil }
            .map { Timestamp(microseconds: $0 * 1000) }
    }

    /// The number of a payment that has everything but a sum that an order can be of: somebody has paid all the same.
    static func hashOfOddSum(_ data: JSON) -> String? {
        guard let data = data.objectValue, data.text("toAccountId", max: 100) != nil, data.tells("currency"),
            data.tells("amount")
        else { return nil }
        return data.reference("hash")
    }

    /// What it means for the payment whose code it paid.
    ///
    /// - Parameter accountID: whose account the code names.
    func settlement(of accountID: String) -> Settlement {
        Settlement(
            providerReference: hash, amount: amount, at: at,
            isToAnotherAccount: !payee.lowercased().isExactly(accountID.lowercased()))
    }
}
