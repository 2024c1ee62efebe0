/// What really arrives when a code is paid.
struct BakongArrival: Sendable, Equatable {
    var accountID: String
    /// USD or KHR.
    var currency: String
    var amount: Amount
}

/// One paid code as Bakong's ledger has it.
struct BakongPayment: Sendable {
    var md5: String
    /// 64 hexadecimal digits.
    var hash: String
    var arrival: BakongArrival
    var description: String
    var paidAt: Moment
    var behaviour: Behaviour
    /// How often a check found it.
    var finds = 0

    var shortHash: String { String(hash.prefix(8)) }
}

/// What Bakong itself knows: nothing of a code before it is paid, unless a deeplink was made for it.
struct BakongBooks: Sendable {
    struct Mail: Sendable {
        var at: Moment
        var email: String
        var code: String
    }

    /// By the MD5 of the code.
    var payments: [String: BakongPayment] = [:]
    /// By the first eight digits of a payment's hash, which no two payments share here: the MD5 of its code.
    var shortHashes: [String: String] = [:]
    /// Deeplinks' codes, by the last part of the link.
    var links: [String: KHQR] = [:]
    var mails: [Mail] = []
    /// Addresses that asked to be registered, by the code that was sent to them.
    var registrations: [String: String] = [:]
    /// Tokens issued up to then are worth nothing.
    var revokedUpTo: [AccountKey: Moment] = [:]
    var lastIssued = Moment(milliseconds: 0)

    /// What a check of a code comes to.
    enum Finding {
        case nothing
        case failed
        /// With a behaviour for this one answer, where the amount asks for one.
        case payment(BakongPayment, once: Behaviour?)
    }

    private static let once: Set<Behaviour> = [
        .loseAnswerAfter, .loseAnswerBefore, .errorAfter, .errorBefore, .garbledAfter, .slow, .notWhitelisted,
        .badKey,
    ]

    /// Looks a code up for a check, and counts it.
    mutating func find(_ md5: String, at now: Moment, lateMs: Int64) -> Finding {
        guard var payment = payments[md5] else { return .nothing }
        switch payment.behaviour {
        case .failLater: return .failed
        case .stuck: return .nothing
        case .lateCallback where now < payment.paidAt + lateMs: return .nothing
        default: break
        }
        payment.finds += 1
        payments[md5] = payment
        // The end first, then an in-flight answer, then the end again.
        if payment.behaviour == .outOfOrderCallbacks, payment.finds == 2 { return .nothing }
        let isFirst = payment.finds == 1 && Self.once.contains(payment.behaviour)
        return .payment(payment, once: isFirst ? payment.behaviour : nil)
    }

    /// A token that no other has the time of.
    mutating func issue(for account: Account.BakongCredentials, at now: Moment, seconds: Int64) -> BakongToken
    {
        lastIssued = max(now, lastIssued + 1)
        return BakongToken(
            id: account.tokenID, issuedAt: lastIssued,
            expiresAt: Moment(milliseconds: (lastIssued.seconds + seconds) * 1_000))
    }

    mutating func revoke(_ account: AccountKey, at now: Moment) {
        lastIssued = max(now, lastIssued)
        revokedUpTo[account] = lastIssued
    }
}
