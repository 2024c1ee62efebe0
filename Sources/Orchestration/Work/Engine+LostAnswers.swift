internal import Core
internal import Postgres
internal import Reactor

/// Writes whose answer was lost, when the database or the way to it failed over: what such a write begins, its process alone knows
/// not to have sent.
extension Engine {
    /// Between looks: three seconds in all.
    private static let looks: [Duration] = [50, 100, 200, 400, 800, 1500].map { .milliseconds($0) }

    /// What a write has left of an order, where its answer was lost and the order says that it was ours: it is asked until the
    /// database answers, for a while. `nil` where it was another error, was not written, or nobody knows; whoever takes the order
    /// when its lease is over then finds out.
    ///
    /// - Parameter isOurs: by what no other write can have made.
    func written(
        _ id: Identifier, despite error: any Error, _ isOurs: (OrderRecord) -> Bool
    ) async -> OrderRecord? {
        guard let error = error as? PostgresError, error.mayHaveCommitted else { return nil }
        for pause in Self.looks {
            await reactor.sleep(for: pause)
            // What is not there yet may be on its way: the server goes on with a commit whose caller it has lost.
            if let found = try? await OrderStore(database: database).order(id, merchant: nil), isOurs(found) {
                return found
            }
        }
        return nil
    }
}
