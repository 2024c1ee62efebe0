internal import HTTP
internal import Orchestration

/// What the process says of itself.
struct Site: Sendable {}

/// What is answered.
enum Routes {
    static func site(_ configuration: Configuration) -> Site { Site() }

    static let render: @Sendable (OrderView) -> [UInt8] = { _ in [] }

    static func router(
        _ site: Site, engine: Engine, orders: Orders, callbacks: Callbacks, credentials: Credentials,
        administration: Administration
    ) -> Router {
        var router = Router()
        router.on(.get, "/health/live", .immediate { _ in Response(status: 200) })
        return router
    }
}
