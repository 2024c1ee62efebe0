internal import Core

/// Why an account was no candidate.
public enum ExclusionReason: String, Sendable, Hashable, CaseIterable {
    /// Switched off.
    case disabled
    /// It is not used for this method.
    case methodNotOffered = "method_not_offered"
    /// The rule that matched has a list of candidates without it.
    case notInRule = "not_in_rule"
    /// Less than its provider takes.
    case amountBelowMinimum = "amount_below_minimum"
    /// More than its provider takes.
    case amountAboveMaximum = "amount_above_maximum"
    /// Not a multiple of what its provider takes.
    case amountStep = "amount_step"
    /// Its provider would find a field wrong.
    case requestInvalid = "request_invalid"
    /// Its provider does not serve the bank now.
    case bankNotServed = "bank_not_served"
    /// Less than its provider takes for the bank.
    case bankBelowMinimum = "bank_below_minimum"
    /// More than its provider takes for the bank.
    case bankAboveMaximum = "bank_above_maximum"
    /// In a maintenance window.
    case maintenance
    /// More than its cap of amounts leaves.
    case capAmount = "cap_amount"
    /// Its cap of payments is used up.
    case capPayments = "cap_payments"
    /// A payout, and its balance is not known.
    case balanceUnknown = "balance_unknown"
    /// A payout of more than its balance less what is reserved.
    case balanceTooLow = "balance_too_low"
    /// It fails too much.
    case breakerOpen = "breaker_open"
    /// It failed too much, and others find out whether it works again.
    case breakerHalfOpen = "breaker_half_open"
    /// An operator has opened its breaker.
    case breakerSwitchedOff = "breaker_switched_off"

    /// Whether it is the amount that its provider does not take, whatever the bank.
    public var isOfAmount: Bool {
        [.amountBelowMinimum, .amountAboveMaximum, .amountStep].contains(self)
    }

    /// Whether the same payment may have the account as a candidate later, as things pass or fill up again.
    public var isTemporary: Bool {
        switch self {
        case .bankNotServed, .maintenance, .capAmount, .capPayments, .balanceUnknown, .balanceTooLow,
            .breakerOpen, .breakerHalfOpen, .breakerSwitchedOff:
            true
        case .disabled, .methodNotOffered, .notInRule, .amountBelowMinimum, .amountAboveMaximum,
            .amountStep, .requestInvalid, .bankBelowMinimum, .bankAboveMaximum:
            false
        }
    }
}

extension Contender {
    /// What speaks against it for a payment, whatever the rule and the strategy: nothing that is let off for want of
    /// others is here.
    func bar(amount: Int64, isPayout: Bool) -> ExclusionReason? {
        guard isEnabled else { return .disabled }
        guard let limits else { return .methodNotOffered }
        if amount < limits.amounts.lowerBound { return .amountBelowMinimum }
        if amount > limits.amounts.upperBound { return .amountAboveMaximum }
        if amount % limits.step != 0 { return .amountStep }
        if isRequestInvalid { return .requestInvalid }
        if let reason = bank.bar(amount) { return reason }
        if isInMaintenance { return .maintenance }
        if !room.covers(amount) {
            return room.amount.map { amount > $0 } ?? false ? .capAmount : .capPayments
        }
        if isPayout, let reason = funds.bar(amount) { return reason }
        return breaker == .switchedOff ? .breakerSwitchedOff : nil
    }
}

extension Contender.Bank {
    fileprivate func bar(_ amount: Int64) -> ExclusionReason? {
        switch self {
        case .any: nil
        case .notServed: .bankNotServed
        case .limited(let range):
            amount < range.lowerBound
                ? .bankBelowMinimum : amount > range.upperBound ? .bankAboveMaximum : nil
        }
    }
}

extension Contender.Funds {
    fileprivate func bar(_ amount: Int64) -> ExclusionReason? {
        switch self {
        case .notTold: nil
        case .unknown: .balanceUnknown
        case .available(let left): amount > left ? .balanceTooLow : nil
        }
    }
}

extension Contender.Breaker {
    /// How far from working: 0 takes payments, 1 is being found out about, 2 fails.
    var degradation: Int {
        switch self {
        case .closed, .halfOpen(admits: true): 0
        case .halfOpen(admits: false): 1
        case .open, .switchedOff: 2
        }
    }

    /// Why it takes no payment while others do.
    var reason: ExclusionReason {
        switch self {
        case .closed, .halfOpen: .breakerHalfOpen
        case .open: .breakerOpen
        case .switchedOff: .breakerSwitchedOff
        }
    }
}
