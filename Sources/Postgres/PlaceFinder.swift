/// Turns a database's host names into addresses without blocking the reactor.
enum PlaceFinder {
    /// At once where there is no name to resolve; else from a helper thread.
    static func places(of address: DatabaseAddress) async throws(PostgresError) -> [ConnectionParameters] {
        guard address.mustResolve else { return address.resolve() }
        let places: [ConnectionParameters] = await withCheckedContinuation { continuation in
            let hasStarted = HelperThread.run { continuation.resume(returning: address.resolve()) }
            if !hasStarted { continuation.resume(returning: []) }
        }
        guard !places.isEmpty else {
            throw PostgresError(.connection(.unreachable), "the database's host name does not resolve")
        }
        return places
    }
}
