internal import Glibc

/// The demo's accounts. Their credentials are throwaways and stand in docs/sandbox.md.
enum DemoAccounts {
    struct Failure: Error {
        var message: String
    }

    static func all(keysIn directory: String) throws(Failure) -> [Account] {
        [
            payplus("demo-one", "sandbox-payplus-key-one-0123456789abcdef", "0812345678", "1234567890"),
            payplus("demo-two", "sandbox-payplus-key-two-0123456789abcdef", "0898765432", "2345678901"),
            try haipay(keysIn: directory),
            try kess("one", suffix: "", keysIn: directory, .sha256, .shortest),
            try kess("two", suffix: "-two", keysIn: directory, .sha1, .seventeen),
        ] + bakong
    }

    private static func payplus(_ name: String, _ key: String, _ promptPay: String, _ bank: String) -> Account
    {
        let credentials = Account.PayPlusCredentials(
            apiKey: key, promptPay: promptPay, bankAccountNumber: bank)
        return Account(
            key: AccountKey(provider: .payplus, name: name), credentials: .payplus(credentials),
            balance: Account.openingBalance)
    }

    private static func haipay(keysIn directory: String) throws(Failure) -> Account {
        let (merchant, platform) = try keys("haipay_merchant", "haipay_platform", in: directory)
        let credentials = Account.HaiPayCredentials(
            appID: 1054, secret: "sandbox-haipay-secret-0123456789abcdef", merchantPublicKey: merchant,
            platformPrivateKey: platform)
        return Account(
            key: AccountKey(provider: .haipay, name: "1054"), credentials: .haipay(credentials),
            balance: Account.openingBalance)
    }

    private static func kess(
        _ name: String, suffix: String, keysIn directory: String, _ digest: RSADigest,
        _ precision: PHPNumber.Precision
    ) throws(Failure) -> Account {
        let (partner, platform) = try keys("kess_partner", "kess_platform", in: directory)
        let credentials = Account.KESSCredentials(
            partnerID: "sandbox-kess-partner\(suffix)",
            partnerSecretKey: "sandbox-kess-secret\(suffix)-0123456789abcdef", userName: "causeway\(suffix)",
            password: "sandbox-kess-password\(suffix)-0123456789", partnerPublicKey: partner,
            platformPrivateKey: platform, digest: digest, precision: precision)
        return Account(
            key: AccountKey(provider: .kess, name: "demo-\(name)"), credentials: .kess(credentials),
            balance: Account.openingBalance)
    }

    private static func keys(
        _ caller: String, _ platform: String, in directory: String
    ) throws(Failure) -> (caller: RSAKey, platform: RSAKey) {
        let caller = RSAKey(publicBase64: try text(of: "\(directory)/\(caller)_public.b64"))
        let platform = RSAKey(privateBase64: try text(of: "\(directory)/\(platform)_private.b64"))
        guard let caller, let platform else {
            throw Failure(message: "the keys in \(directory) are not RSA keys in base64 DER")
        }
        return (caller, platform)
    }

    /// Where the keys are, if nobody says: `deploy/sandbox` here, or in a folder above the program.
    static func defaultDirectory() -> String {
        let here = "deploy/sandbox"
        if access(here, R_OK) == 0 { return here }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        var folder = String(decoding: path, as: UTF8.self)[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if access("\(folder)/\(here)", R_OK) == 0 { return "\(folder)/\(here)" }
        }
        return here
    }

    private static func text(of path: String) throws(Failure) -> String {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw Failure(
                message: "cannot read \(path): \(String(cString: strerror(errno))) (set SANDBOX_KEYS)")
        }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = read(file, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
