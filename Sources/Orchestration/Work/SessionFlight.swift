internal import Connectors
internal import Core
internal import Postgres
internal import Reactor

/// Gets one account a token: the stored one where it is good, else a new one from the provider, stored sealed before it is
/// used. Of all processes one asks; the others wait for what it stores.
struct SessionFlight: Sendable {
    let account: ProviderAccount
    let source: any SessionSource
    let engine: Engine

    private typealias Held = Sessions.Held

    /// How long the process that asks is given before another one asks too: it may have died. Twice asked does no harm, and
    /// waiting for the dead holds up every payment.
    private static let lease: Duration = .seconds(5)
    /// How long one waits for another process' answer.
    private static let patience: Duration = .seconds(20)

    /// - Parameters:
    ///   - old: still works, but is to be replaced; it serves on where no new one can be had.
    ///   - refused: tokens up to this generation do not work any more.
    func run(old: Sessions.Held?, refused: Int64) async -> Result<Sessions.Held, Sessions.Unavailable> {
        do {
            return .success(try await get(old: old, refused: refused))
        } catch let error as Sessions.Unavailable {
            return old.map(Result.success) ?? .failure(error)
        } catch {
            return old.map(Result.success)
                ?? .failure(Sessions.Unavailable(why: "the token could not be read or stored: \(error)"))
        }
    }

    private func get(old: Held?, refused: Int64) async throws -> Held {
        let store = SessionStore(database: engine.database)
        let end = engine.clock.now() + Self.patience
        var pause: Duration = .milliseconds(50)
        while true {
            let now = engine.clock.now()
            let row = try await store.read(account.id)
            let stored = row.flatMap(held)
            if stored == nil, refused < 0, let configured = source.configured {
                return try await keep(configured, store)
            }
            let works = stored.flatMap { $0.generation > refused && $0.isUsable(source, at: now) ? $0 : nil }
            if let works, works.isFresh(at: now) { return works }
            let till = now + Self.lease
            let seen = row?.generation ?? 0
            if try await store.claim(account.id, identity: source.identity, seen: seen, now: now, till: till)
            {
                do { return try await ask(store, till) } catch {
                    if let works { return works } else { throw error }
                }
            }
            // Somebody else asks already; one that works still is good enough until then.
            if let works { return works }
            guard now + pause < end else {
                throw Sessions.Unavailable(why: "another process has been asking for a token for long")
            }
            await engine.reactor.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    /// What is stored, where it is of these credentials; one that does not open is as good as none: a new one is asked for.
    private func held(_ stored: SessionStore.Stored) -> Held? {
        guard stored.identity == source.identity, let sealed = stored.sealedToken,
            let token = try? engine.vault.open(sealed, for: .session, id: account.id)
        else { return nil }
        return Held(
            identity: stored.identity,
            grant: SessionGrant(
                token: String(decoding: token, as: UTF8.self), renewAt: stored.renewAt,
                expiresAt: stored.expiresAt),
            generation: stored.generation)
    }

    private func ask(_ store: SessionStore, _ till: Timestamp) async throws -> Held {
        do {
            guard let request = source.request(at: engine.clock.now()) else {
                throw Sessions.Unavailable(why: source.remedy)
            }
            switch await engine.call(request, of: account, once: false) {
            case .response(let response):
                return try await keep(source.grant(in: response, at: engine.clock.now()), store)
            case .notSent(let why, let kind):
                throw Sessions.Unavailable(
                    why: "no token could be asked for: \(ProviderAnswer.told(why, kind))")
            case .lost(let why):
                throw Sessions.Unavailable(why: "no token could be asked for: \(why)")
            }
        } catch {
            try? await store.release(account.id, till: till)
            if let refused = error as? ConnectorError {
                throw Sessions.Unavailable(why: "the provider gave no token: \(refused.detail)")
            }
            throw error
        }
    }

    private func keep(_ grant: SessionGrant, _ store: SessionStore) async throws -> Held {
        let sealed = try engine.vault.seal(Array(grant.token.utf8), for: .session, id: account.id)
        let generation = try await store.write(
            account.id, identity: source.identity, sealedToken: sealed, renewAt: grant.renewAt,
            expiresAt: grant.expiresAt)
        return Held(identity: source.identity, grant: grant, generation: generation)
    }
}
