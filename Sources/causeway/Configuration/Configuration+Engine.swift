internal import HTTP
internal import Orchestration

extension Configuration {
    /// For the engines of all reactors.
    var engineSettings: Engine.Settings {
        var settings = Engine.Settings(publicURL: publicURL)
        settings.lease = lease
        settings.answerWait = answerWait
        settings.quoteLifetime = quoteLifetime
        settings.payinLifetime = payinLifetime
        settings.expiryGrace = expiryGrace
        settings.monitorInterval = monitorInterval
        settings.workersMax = workersMax
        settings.pollScale = pollScale
        return settings
    }

    /// For the HTTP servers of all reactors.
    var serverConfiguration: Server.Configuration {
        var server = Server.Configuration()
        server.host = listenHost
        server.port = listenPort
        server.connectionsMax = connectionsMax
        server.connectionsPerAddressMax = connectionsPerAddressMax
        return server
    }
}
