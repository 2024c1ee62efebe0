internal import Core
internal import HTTP
internal import Orchestration

/// `GET /metrics`, for Prometheus. No personal data: routes, states, and the accounts' names.
struct MetricsRoute: Sendable {
    let site: Site
    let backend: Backend

    /// Adds the route.
    func add(to table: inout RouteTable) {
        table.open(.get, "/metrics", within: .seconds(5), form: .any) { _ throws(Problem) in
            await answer()
        }
    }

    private func answer() async -> Response {
        let report = await backend.health()
        let pool = await backend.pool()
        var writer = PrometheusWriter()
        let now = backend.now()
        writer.metric("causeway_up_seconds", "gauge", "Since the process began to serve.")
        writer.sample(
            "causeway_up_seconds", [("version", site.version)], (now - site.startedAt).components.seconds)
        writer.requests(site.meters.total())
        writer.orders(site.orders.snapshot())
        writer.work(report, at: now)
        writer.accounts(report)
        writer.breakers(report)
        writer.pool(pool)
        return Response(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: writer.bytes,
            headers: CommonHeaders.secret)
    }
}

extension PrometheusWriter {
    fileprivate mutating func requests(_ total: [(route: RequestMeter.Route, figures: RequestMeter.Figures)])
    {
        let requests = "causeway_http_requests_total"
        metric(requests, "counter", "Answers by route and status class.")
        for (route, figures) in total {
            for (index, count) in figures.classes.enumerated() where count > 0 {
                sample(requests, labels(route) + [("status", "\(index + 1)xx")], count)
            }
        }
        let seconds = "causeway_http_request_duration_seconds"
        metric(seconds, "histogram", "From a request received whole to its answer.")
        for (route, figures) in total where !figures.buckets.isEmpty { histogram(seconds, route, figures) }
    }

    private mutating func histogram(
        _ name: String, _ route: RequestMeter.Route, _ figures: RequestMeter.Figures
    ) {
        var count: UInt64 = 0
        for (bound, value) in zip(RequestMeter.bounds, figures.buckets) {
            count += value
            sample(name + "_bucket", labels(route) + [("le", "\(Double(bound) / 1e9)")], count)
        }
        count += figures.buckets.last ?? 0
        sample(name + "_bucket", labels(route) + [("le", "+Inf")], count)
        sample(name + "_sum", labels(route), Double(figures.nanoseconds) / 1e9)
        sample(name + "_count", labels(route), count)
    }

    private func labels(_ route: RequestMeter.Route) -> [(String, String)] {
        [("method", route.method), ("route", route.pattern)]
    }

    fileprivate mutating func orders(_ counts: [OrderMeter.Key: UInt64]) {
        let name = "causeway_orders_answered_total"
        metric(name, "counter", "Orders in answers to merchants, by method and the state they were in.")
        for (key, count) in counts.sorted(by: {
            ($0.key.method, $0.key.state) < ($1.key.method, $1.key.state)
        }) {
            sample(name, [("method", key.method), ("state", key.state)], count)
        }
    }

    fileprivate mutating func work(_ report: HealthReport, at now: Timestamp) {
        gauge("causeway_database_up", "Whether the database answers.", report.isDatabaseReachable ? 1 : 0)
        guard let work = report.work else { return }
        gauge("causeway_work_due", "Orders that are due now, counted up to 10000.", work.due)
        gauge(
            "causeway_work_oldest_due_seconds", "How long the oldest due order has been due.",
            work.oldestDueAt.map { Int(max(0, (now - $0).components.seconds)) } ?? 0)
        gauge("causeway_orders_in_review", "Orders that a person must look at.", work.inReview)
        gauge(
            "causeway_callbacks_unmatched", "Verified callbacks of the last 7 days that fit no order.",
            work.unmatchedCallbacks)
    }

    fileprivate mutating func accounts(_ report: HealthReport) {
        let rows: [(String, String, (HealthReport.Account) -> Double?)] = [
            ("causeway_account_enabled", "Whether routing may choose the account.", { $0.isEnabled ? 1 : 0 }),
            (
                "causeway_account_up", "Whether the account is in order.",
                { $0.status.map { $0 == .up ? 1 : 0 } }
            ),
            ("causeway_account_error_rate", "Failures among this process's recent calls.", { $0.errorRate }),
            (
                "causeway_account_latency_p50_seconds", "The median of this process's recent calls.",
                { $0.latencyP50.map { Double($0) / 1000 } }
            ),
            (
                "causeway_account_latency_p99_seconds", "The 99th percentile of this process's recent calls.",
                { $0.latencyP99.map { Double($0) / 1000 } }
            ),
        ]
        for (name, help, value) in rows {
            metric(name, "gauge", help)
            for account in report.accounts {
                guard let value = value(account) else { continue }
                sample(name, [("account", account.name), ("connector", account.connector)], value)
            }
        }
    }

    /// The state of every one, so that a series does not end where a breaker closes; times of those that are not closed.
    fileprivate mutating func breakers(_ report: HealthReport) {
        let rows: [(String, String, (BreakerReport) -> Int64?)] = [
            (
                "causeway_breaker_state",
                "An account's breaker for a method: 0 closed, 1 half-open, 2 open, 3 opened by hand.",
                { $0.state.number }
            ),
            (
                "causeway_breaker_since_timestamp_seconds", "Since when it is not closed.",
                { $0.since?.seconds }
            ),
            (
                "causeway_breaker_tried_timestamp_seconds", "From when on payments try it again.",
                { $0.triesAt?.seconds }
            ),
        ]
        for (name, help, value) in rows {
            metric(name, "gauge", help)
            for breaker in report.accounts.flatMap(\.breakers) {
                guard let value = value(breaker) else { continue }
                sample(name, [("account", breaker.name), ("method", breaker.method.rawValue)], value)
            }
        }
    }

    fileprivate mutating func pool(_ pool: PoolFigures) {
        metric("causeway_database_sessions", "gauge", "Sessions of the reactor that answered, by state.")
        sample("causeway_database_sessions", [("state", "idle")], pool.idle)
        sample("causeway_database_sessions", [("state", "in_use")], pool.inUse)
        gauge(
            "causeway_database_waiting", "Statements that wait for a session, of that reactor.", pool.waiting)
        gauge(
            "causeway_database_under_way", "Statements sent and not yet answered, of that reactor.",
            pool.underWay)
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        metric(name, "gauge", help)
        sample(name, [], value)
    }
}

extension BreakerReport.State {
    fileprivate var number: Int64 {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        case .switchedOff: 3
        }
    }
}
