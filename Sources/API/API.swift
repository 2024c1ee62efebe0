public import HTTP
internal import JSON
public import Orchestration

/// The REST API: a thin face on Orchestration. The contract is `openapi.yaml`; a test compares it with the routes here.
public enum API {
    /// Makes the router of one reactor.
    ///
    /// - Parameters:
    ///   - site: the process' own, one for all reactors.
    ///   - engine: this reactor's, and the parts below with it.
    public static func router(
        _ site: Site, engine: Engine, orders: Orders, callbacks: Callbacks, credentials: Credentials,
        administration: Administration, rules: RuleBook, panel: BreakerPanel
    ) -> Router {
        router(site, Backend(engine, orders, callbacks, credentials, administration, rules, panel))
    }

    /// Writes an order as its merchant sees it, for notifications: what `GET /v1/transaction/txnId/{txnId}` has in `result`.
    public static func renderer(_ engine: Engine) -> @Sendable (OrderView) -> [UInt8] {
        let links = PaymentLinks(engine)
        return { order in
            var writer = JSONWriter()
            writer.order(order, links)
            return writer.bytes
        }
    }

    static func router(_ site: Site, _ backend: Backend) -> Router {
        var table = RouteTable(site: site, backend: backend)
        let authenticator = Authenticator(site: site, backend: backend)
        HealthRoutes(site: site, backend: backend, authenticator: authenticator).add(to: &table)
        MetricsRoute(site: site, backend: backend).add(to: &table)
        AuthenticationRoutes(site: site, backend: backend).add(to: &table)
        CatalogueRoutes(backend: backend).add(to: &table)
        OrderRoutes(site: site, backend: backend, authenticator: authenticator).add(to: &table)
        QRCodeRoute(backend: backend).add(to: &table)
        PaymentPageRoutes(backend: backend).add(to: &table)
        WebhookRoute(site: site, backend: backend).add(to: &table)
        AdministrationRoutes(administration: backend.administration).add(to: &table)
        AccountRoutes(administration: backend.administration).add(to: &table)
        OperatorRoutes(backend: backend).add(to: &table)
        RoutingRoutes(backend: backend).add(to: &table)
        BreakerRoutes(backend: backend).add(to: &table)
        ShadowRoutes(rules: backend.rules).add(to: &table)
        return table.router
    }
}
