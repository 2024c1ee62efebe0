internal import Core

extension ConnectorDescriptor {
    /// What is wrong with a payment by the declaration alone: method, currency, bounds, step, the counterparty's
    /// fields, and the bank against the method's table.
    func declaredProblems(with payment: Payment) -> [FieldProblem] {
        guard let capability = capability(payment.method) else {
            let offered = methods.map(\.method.rawValue).joined(separator: ", ")
            return [FieldProblem(pointer: "/paymentMethodId", detail: "must be one of: \(offered)")]
        }
        return capability.amountProblems(payment.amount)
            + capability.counterpartyProblems(payment.counterparty)
    }
}

extension MethodCapability {
    fileprivate func amountProblems(_ amount: Money) -> [FieldProblem] {
        let currency = method.currency
        guard amount.currency == currency else {
            return [
                FieldProblem(
                    pointer: "/currencyId", detail: "must be \(currency.code) for \(method.rawValue)")
            ]
        }
        let (least, most) = (Money(minor: minimum, currency), Money(minor: maximum, currency))
        guard (minimum...maximum).contains(amount.minor) else {
            let detail = "must be from \(least.decimal) to \(most.decimal) \(currency.code)"
            return [FieldProblem(pointer: "/amount", detail: detail)]
        }
        guard amount.minor % step == 0 else {
            let detail = "must be a multiple of \(Money(minor: step, currency).decimal) \(currency.code)"
            return [FieldProblem(pointer: "/amount", detail: detail)]
        }
        return []
    }

    fileprivate func counterpartyProblems(_ counterparty: Counterparty) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for field in Counterparty.Field.allCases {
            let value = counterparty[field] ?? ""
            if value.isEmpty {
                if required.contains(field) {
                    problems.append(FieldProblem(field, "is required for \(method.rawValue)"))
                }
            } else if ProviderWords.printable(value) != value {
                problems.append(
                    FieldProblem(field, "must be printable, without double spaces or spaces at either end"))
            } else if field == .bankCode, !banks.isEmpty, !banks.contains(where: { $0.code == value }) {
                let codes = banks.map(\.code).joined(separator: ", ")
                problems.append(FieldProblem(field, "must be one of: \(codes)"))
            }
        }
        return problems
    }
}
