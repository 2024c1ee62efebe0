internal import Connectors
public import Core
internal import Postgres
public import Routing
internal import Synchronization

/// One day or month of an account and method.
public struct CapKey: Sendable, Hashable {
    /// Whose.
    public let account: Identifier
    /// How.
    public let method: PaymentMethod
    /// Which kind.
    public let period: Cap.Period
    /// When it began on the provider's clock.
    public let startsAt: Timestamp
}

/// What was taken in it.
public struct CapUsage: Sendable, Hashable {
    /// In minor units: of all attempts that came to something, or still may.
    public let amount: Int64
    /// How many they are.
    public let payments: Int64
    let madeAt: Timestamp
    let isChecked: Bool
}

/// What this process last read of the accounts' capped periods.
public final class CapBook: Sendable {
    private let known = Mutex<[CapKey: CapUsage]>([:])
    /// Rows that are being made: that may count a month's attempts, which is done once for all payments that wait for it.
    let making = SharedWork<CapKey, Result<Void, PostgresError>>()

    func replace(_ usage: [CapKey: CapUsage]) { known.withLock { $0 = usage } }

    /// `nil`: there is no row of it yet, as far as is known.
    func usage(_ key: CapKey) -> CapUsage? { known.withLock { $0[key] } }

    /// Makes known that there is a row now.
    func noteMade(_ key: CapKey, at now: Timestamp) {
        known.withLock { known in
            known[key] = known[key] ?? CapUsage(amount: 0, payments: 0, madeAt: now, isChecked: false)
        }
    }

    /// Counts what this process has committed since the last reading, so that its next decision knows.
    ///
    /// - Parameter sign: 1 for what was taken, -1 for what was given back.
    func note(_ share: CapShare, sign: Int64 = 1, amount: Int64) {
        known.withLock { known in
            for (period, place) in share.places {
                let key = CapKey(
                    account: share.account, method: share.method, period: period, startsAt: place.startsAt)
                guard let usage = known[key] else { continue }
                known[key] = CapUsage(
                    amount: usage.amount + sign * amount, payments: usage.payments + sign,
                    madeAt: usage.madeAt, isChecked: usage.isChecked)
            }
        }
    }

    /// Rows that are to be counted anew: made before a moment, and never counted since.
    func unchecked(madeBefore time: Timestamp) -> [CapKey] {
        known.withLock { known in known.filter { !$0.value.isChecked && $0.value.madeAt < time }.map(\.key) }
    }

    /// What the caps of an account leave for a method.
    func room(of account: ProviderAccount, _ method: PaymentMethod, at now: Timestamp) -> Contender.Room {
        account.capKeys(method, at: now).reduce(.unlimited) { room, each in
            let used = usage(each.key)
            return room.narrowed(
                to: Contender.Room(
                    amount: each.cap.amount.map { $0 - (used?.amount ?? 0) },
                    payments: each.cap.payments.map { $0 - (used?.payments ?? 0) }))
        }
    }
}

extension ProviderAccount {
    /// The periods in which a payment by a method counts now, with their caps.
    func capKeys(_ method: PaymentMethod, at time: Timestamp) -> [(key: CapKey, cap: Cap)] {
        limits.caps.isEmpty ? [] : limits.caps.filter { $0.method == method }.map { (key($0, at: time), $0) }
    }

    func key(_ cap: Cap, at time: Timestamp) -> CapKey {
        CapKey(
            account: id, method: cap.method, period: cap.period,
            startsAt: cap.period.range(at: time, offset: descriptor.utcOffset).lowerBound)
    }
}
