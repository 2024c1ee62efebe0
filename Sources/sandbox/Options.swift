/// What the command line and the environment say. An argument wins over a variable.
struct Options {
    struct Failure: Error {
        var message: String
    }

    var host = "127.0.0.1"
    var port = 8090
    var keys: String?
    var publicURL: String?
    var logs = false
    var wantsHelp = false

    static let help = """
        sandbox: plays the payment providers PayPlus (THB), HaiPay (KES), KESS (USD) and Bakong (USD, KHR), each in its own
        protocol.

        usage: sandbox [--listen HOST:PORT] [--keys FOLDER] [--public-url URL] [--log] [--help]

          --listen      where to listen; port 0 takes a free one  SANDBOX_LISTEN      127.0.0.1:8090
          --keys        throwaway RSA keys of HaiPay and KESS     SANDBOX_KEYS        deploy/sandbox
          --public-url  base of payment pages and links           SANDBOX_PUBLIC_URL  http://HOST:PORT
          --log         JSON lines on standard error              SANDBOX_LOG=1       off

        PayPlus   http://HOST:PORT/payplus/api/v1    x-api-key of demo-one or demo-two
        HaiPay    http://HOST:PORT/haipay            appId 1054
        Bakong    http://HOST:PORT/bakong            bearer token of demo-one or demo-two
        KESS      http://HOST:PORT/kess/partnerapi/v1   partner-id sandbox-kess-partner
        control   http://HOST:PORT/_sandbox/...      ledger, pay, behaviour, callback, settings, reset

        The two decimals of an amount choose what happens: .00 succeeds, .01 is refused, .04 fails later,
        .05 loses the answer after doing the work ... the table is in docs/sandbox.md.

        """

    init(arguments: [String], environment: (String) -> String?) throws(Failure) {
        if let value = environment("SANDBOX_LISTEN") { try listen(value) }
        keys = environment("SANDBOX_KEYS")
        publicURL = environment("SANDBOX_PUBLIC_URL")
        logs = environment("SANDBOX_LOG") == "1"
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--log": logs = true
            case "--listen", "--keys", "--public-url":
                guard let value = rest.popFirst() else { throw Failure(message: "\(argument) needs a value") }
                switch argument {
                case "--listen": try listen(value)
                case "--keys": keys = value
                default: publicURL = value
                }
            default: throw Failure(message: "unknown argument \(argument); try --help")
            }
        }
    }

    private mutating func listen(_ text: String) throws(Failure) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw Failure(message: "where to listen must be HOST:PORT, not \(text)") }
        host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        self.port = port
        if host.isEmpty { host = "0.0.0.0" }
    }
}
