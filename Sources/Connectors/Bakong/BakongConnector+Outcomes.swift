public import Core
internal import JSON

extension BakongConnector {
    /// Never sent: the code is made here.
    public func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        throw Refusal(.misconfigured, "Nothing is submitted to Bakong.", worthAnotherAccount: true)
    }

    /// Never got.
    public func outcome(ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp)
        -> Outcome
    {
        .unknown("nothing is submitted to Bakong")
    }

    /// What the answer to a check means.
    public func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp)
        -> Outcome
    {
        switch BakongAnswer(response) {
        case .success(let data): return paid(data, payment)
        case .failure(.notFound, _): return .accepted(Acceptance())
        case .failure(.transactionFailed, _): return failed(payment, at: time)
        case .failure(let error, _): return .unknown(error.sentence)
        case .unusable(let why): return .unknown(why)
        }
    }

    /// What the answer to a check of several means. Bakong answers 403 in its own words where the account may not ask so, and 404
    /// where its revision does not know the call.
    public func outcomes(
        ofBulkQuery response: ProviderResponse, of payments: [Payment], at time: Timestamp
    ) -> BulkAnswer {
        let isJSON = (try? JSON.parse(response.body))?.objectValue != nil
        if response.status == 404 || response.status == 403 && isJSON { return .notAllowed }
        let data: JSON
        do { data = try BakongAnswer(response).data() } catch { return .unusable(error.detail) }
        guard let rows = data.arrayValue, rows.count <= Self.descriptor.bulkQueryMax * 2 else {
            return .unusable("the answer is no list")
        }
        var found: [String: Outcome] = [:]
        for row in rows {
            guard let row = row.objectValue, let md5 = row.reference("md5"),
                let payment = payments.first(where: { $0.artefact?.qrMD5?.isExactly(md5) == true })
            else { return .unusable("the answer is about another code") }
            // Twice is once too often: none of both is believed.
            found[md5] = found[md5] == nil ? outcome(of: row, payment, at: time) : .unknown("told twice")
        }
        return .outcomes(
            payments.map { payment in
                payment.artefact?.qrMD5.flatMap { found[$0] } ?? .unknown("the answer does not mention it")
            })
    }

    private func outcome(of row: JSONObject, _ payment: Payment, at time: Timestamp) -> Outcome {
        switch row["status"]?.stringValue {
        case "SUCCESS": paid(row["data"] ?? .null, payment)
        case "NOT_FOUND": .accepted(Acceptance())
        case "FAILED": failed(payment, at: time)
        default: .unknown("an undocumented status")
        }
    }

    /// The MD5 in the question binds the answer to the code.
    private func paid(_ data: JSON, _ payment: Payment) -> Outcome {
        guard let transaction = BakongTransaction(data) else {
            if let hash = BakongTransaction.hashOfOddSum(data) {
                return .succeeded(
                    Settlement(providerReference: hash, doubt: "a payment whose sum cannot be read"))
            }
            return .unknown("a payment without hash, accounts, currency or amount")
        }
        return .succeeded(transaction.settlement(of: payee(of: payment)))
    }

    /// Whose account the payer's code names: the setting may have changed since it was shown.
    private func payee(of payment: Payment) -> String {
        switch payment.artefact?.qrCode.flatMap({ try? KHQRCode(reading: $0) })?.payee {
        case .individual(let account, _, _)?, .merchant(let account, _, _)?: account
        case nil: settings.accountID
        }
    }

    /// One transfer came to nothing; the payer may try again as long as the code can be paid.
    private func failed(_ payment: Payment, at time: Timestamp) -> Outcome {
        guard let expiresAt = payment.expiresAt, time >= expiresAt else { return .accepted(Acceptance()) }
        return .failed(
            Refusal(
                .declined, "The payer's transfer did not go through.", worthAnotherAccount: false,
                fault: .customer))
    }

    /// Whether Bakong knows the account.
    public func accountVerdict(in response: ProviderResponse) -> AccountVerdict {
        switch BakongAnswer(response) {
        case .success: .good
        case .failure(.noSuchAccount, _):
            .bad(FieldProblem(pointer: "/settings/accountId", detail: "is no account that Bakong knows"))
        case .failure(.invalidAccountID, _):
            .bad(FieldProblem(pointer: "/settings/accountId", detail: "is not the id of a Bakong account"))
        case .failure(let error, _): .undecided(error.sentence)
        case .unusable(let why): .undecided(why)
        }
    }

    /// Whether Bakong answers as it should: also that the account is not there is an answer, but not a good one.
    public func checkHealth(in response: ProviderResponse) throws(ConnectorError) {
        _ = try BakongAnswer(response).data()
    }
}
