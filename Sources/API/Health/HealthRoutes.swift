internal import Core
internal import HTTP
internal import JSON
internal import Orchestration
internal import Routing

/// How the installation is doing: for people, for load balancers, and the contract.
struct HealthRoutes: Sendable {
    let site: Site
    let backend: Backend
    let authenticator: Authenticator

    private static let alive = Response(
        status: 200, contentType: "application/json", body: Array(#"{"status":"live"}"#.utf8),
        headers: CommonHeaders.plain)

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        let alive = Self.alive
        table.immediate(.get, "/health/live") { _ in alive }
        table.open(.get, "/health/ready", within: .seconds(3), form: .any) { _ throws(Problem) in
            try await ready()
        }
        table.open(.get, "/health", within: .seconds(5), form: .any) { request throws(Problem) in
            await health(request)
        }
        let contract = Response(
            status: 200, contentType: "application/yaml", body: site.contract, headers: CommonHeaders.plain)
        let hasContract = !site.contract.isEmpty
        table.immediate(.get, "/openapi.yaml") { _ in hasContract ? contract : Problem(.notFound).response }
    }

    private func ready() async throws(Problem) -> Response {
        guard await backend.isReady() else { throw Problem(.unavailable, "The database cannot be reached.") }
        return Response(
            status: 200, contentType: "application/json", body: Array(#"{"status":"ready"}"#.utf8),
            headers: CommonHeaders.secret)
    }

    /// Always 200: who wants a status code asks `/health/ready`.
    private func health(_ request: Request) async -> Response {
        let report = await backend.health()
        let showsAll = authenticator.isOperator(request)
        var writer = JSONWriter(capacity: 2048)
        let now = backend.now()
        writer.beginObject()
        writer.member("status", report.status == .up ? "ok" : report.status.rawValue)
        writer.member("version", site.version)
        writer.time("startedAt", site.startedAt)
        writer.member("uptimeSeconds", max(0, (now - site.startedAt).components.seconds))
        writer.time("at", now)
        writer.components(report)
        writer.work(report.work, at: now)
        writer.key("accounts")
        writer.beginArray()
        for account in report.accounts { writer.account(account, showsAll: showsAll) }
        for account in report.unusableAccounts { writer.unusable(account, showsAll: showsAll) }
        writer.endArray()
        writer.endObject()
        return Response(
            status: 200, contentType: "application/json", body: writer.bytes, headers: CommonHeaders.secret)
    }
}

extension JSONWriter {
    fileprivate mutating func components(_ report: HealthReport) {
        key("components")
        beginObject()
        key("http")
        beginObject()
        member("status", "ok")
        endObject()
        key("database")
        beginObject()
        member("status", report.isDatabaseReachable ? "ok" : "down")
        number("latencyMs", report.databaseLatency)
        endObject()
        key("worker")
        beginObject()
        member("status", report.work == nil ? "unknown" : report.isBehind ? "degraded" : "ok")
        endObject()
        key("directory")
        beginObject()
        member("status", report.isDirectoryCurrent ? "ok" : "degraded")
        endObject()
        endObject()
    }

    fileprivate mutating func work(_ work: HealthReport.Work?, at now: Timestamp) {
        key("work")
        guard let work else { return null() }
        beginObject()
        member("due", work.due)
        time("oldestDueAt", work.oldestDueAt)
        number("oldestDueSeconds", work.oldestDueAt.map { Int(max(0, (now - $0).components.seconds)) })
        member("inReview", work.inReview)
        member("unmatchedCallbacks", work.unmatchedCallbacks)
        endObject()
    }

    fileprivate mutating func account(_ account: HealthReport.Account, showsAll: Bool) {
        beginObject()
        member("id", account.id.text(.providerAccount))
        member("name", account.name)
        member("connector", account.connector)
        member("isEnabled", account.isEnabled)
        member("status", account.status.map { $0 == .up ? "ok" : $0.rawValue } ?? "unknown")
        time("lastSuccessAt", account.lastSuccess)
        time("checkedAt", account.checkedAt)
        key("errorRate")
        if let rate = account.errorRate { number(thousandths: rate) } else { null() }
        number("latencyP50Ms", account.latencyP50)
        number("latencyP99Ms", account.latencyP99)
        key("breakers")
        beginArray()
        for breaker in account.breakers where breaker.state != .closed { self.breaker(breaker, showsAll) }
        endArray()
        maintenance(account.maintenance, showsAll: showsAll)
        if showsAll {
            member("problem", account.problem)
            key("balance")
            if let balance = account.balance {
                beginObject()
                member("amount", balance.decimal)
                member("currency", balance.currency.code)
                time("at", account.balanceAt)
                member("reserved", account.reserved?.decimal)
                member("low", account.lowBalance?.decimal)
                endObject()
            } else {
                null()
            }
            caps(account.caps)
        }
        endObject()
    }

    private mutating func breaker(_ breaker: BreakerReport, _ showsAll: Bool) {
        beginObject()
        member("paymentMethodId", breaker.method.rawValue)
        member("state", breaker.state.rawValue)
        time("since", breaker.since)
        time("triesAt", breaker.triesAt)
        if showsAll {
            member("why", breaker.why)
            member("by", breaker.by)
        }
        endObject()
    }

    private mutating func maintenance(_ current: Maintenance.Current?, showsAll: Bool) {
        key("maintenance")
        guard let current else { return null() }
        beginObject()
        time("until", current.until)
        if showsAll { member("why", current.why) }
        endObject()
    }

    private mutating func caps(_ reports: [HealthReport.CapReport]) {
        key("caps")
        beginArray()
        for report in reports {
            beginObject()
            member("method", report.cap.method.rawValue)
            member("per", report.cap.period.rawValue)
            time("since", report.startsAt)
            member("amount", report.amount.decimal)
            member("payments", Int(report.payments))
            member(
                "amountCap", report.cap.amount.map { Money(minor: $0, report.cap.method.currency).decimal })
            number("paymentsCap", report.cap.payments.map { Int($0) })
            endObject()
        }
        endArray()
    }

    fileprivate mutating func unusable(_ account: UnusableAccount, showsAll: Bool) {
        beginObject()
        member("id", account.id.text(.providerAccount))
        member("name", account.name)
        member("connector", account.connector)
        member("isEnabled", account.isEnabled)
        member("status", "down")
        if showsAll { member("problem", account.reason) }
        endObject()
    }

    private mutating func number(_ name: String, _ value: Int?) {
        key(name)
        if let value { int(value) } else { null() }
    }

    /// A share from 0 to 1 with three decimals: the one place where a figure is no exact number.
    private mutating func number(thousandths share: Double) {
        let thousandths = Int((min(max(share, 0), 1) * 1000).rounded())
        let digits = String(thousandths % 1000)
        let text = "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        raw(text.utf8)
    }
}
