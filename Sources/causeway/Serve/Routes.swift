internal import API
internal import Logging

/// What the process answers, joined with where it is installed.
enum Routes {
    /// What the API says of this process. Without the contract beside the program, only `/openapi.yaml` is missing.
    static func site(_ configuration: Configuration, _ log: Log) -> Site {
        let path = configuration.shareFolder + "/openapi.yaml"
        var contract: [UInt8] = []
        do throws(Files.Failure) {
            contract = try Files.read(path)
        } catch {
            log.error("contract_missing", ["path": .text(error.path), "problem": .text(error.reason)])
        }
        return Site(
            version: Version.text, startedAt: SystemTime.now(), contract: contract,
            adminKey: configuration.adminKey, trustedProxies: configuration.trustedProxies, log: log)
    }
}
