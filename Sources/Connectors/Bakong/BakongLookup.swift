internal import Core
internal import JSON

/// Finds a payment by the number that the payer's app shows (seed, sections 6 and 7).
struct BakongLookup: PaymentLookup {
    let settings: BakongSettings

    private static let shortLength = 8
    private static let wholeLength = 64

    func request(hash: String, amount: Money?, at time: Timestamp) throws(FieldProblem) -> ProviderRequest {
        let isHex = hash.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
        }
        guard isHex, [Self.shortLength, Self.wholeLength].contains(hash.utf8.count) else {
            throw FieldProblem(
                pointer: "/hash",
                detail:
                    "must be \(Self.wholeLength) hexadecimal digits, or the first \(Self.shortLength) of them"
            )
        }
        guard hash.utf8.count == Self.shortLength else {
            return settings.post(
                "/v1/check_transaction_by_hash", ["hash": .string(hash.lowercased())], needsSession: true)
        }
        guard let amount else {
            throw FieldProblem(
                pointer: "/amount", detail: "is needed with its currency beside a short hash")
        }
        guard [.usd, .khr].contains(amount.currency) else {
            throw FieldProblem(pointer: "/currency", detail: "must be USD or KHR")
        }
        return settings.post(
            "/v1/check_transaction_by_short_hash",
            [
                "hash": .string(hash.lowercased()),
                "amount": JSONNumber(text: amount.decimalShortest).map(JSON.number) ?? .null,
                "currency": .string(amount.currency.code),
            ], needsSession: true)
    }

    func payment(in response: ProviderResponse) throws(ConnectorError) -> FoundPayment? {
        let answer = BakongAnswer(response)
        if case .failure(.notFound, _) = answer { return nil }
        guard let found = BakongTransaction(try answer.data()) else {
            throw ConnectorError("a payment without hash, accounts, currency or amount")
        }
        return FoundPayment(
            hash: found.hash, payer: found.payer, payee: found.payee, amount: found.amount,
            isToThisAccount: found.settlement(of: settings.accountID).isToAnotherAccount == false,
            at: found.at)
    }
}
