internal import Core
internal import Cryptography
internal import JSON

/// What one Bakong account tells.
struct BakongSettings: Sendable {
    let baseURL: String
    let accountID: String
    let isMerchant: Bool
    let merchantID: String?
    let acquiringBank: String?
    let accountInformation: String?
    let merchantName: String?
    let merchantCity: String
    let categoryCode: String
    let storeLabel: String?
    let terminalLabel: String?
    let email: String?
    let token: String?
    let mayAskInBulk: Bool
    let requestsPerMinute: Int
    let deepLinks: Bool
    let source: Source?

    /// The app that a deep link comes back to (seed: `sourceInfo`).
    struct Source: Sendable {
        let name: String
        let iconURL: String
        let callback: String
    }

    init(_ settings: AccountSettings) throws(FieldProblem) {
        baseURL = settings.text("baseURL")
        accountID = settings.text("accountId")
        isMerchant = settings.text("accountType") == "merchant"
        merchantID = settings.textIfPresent("merchantId")
        acquiringBank = settings.textIfPresent("acquiringBank")
        accountInformation = settings.textIfPresent("accountInformation")
        merchantName = settings.textIfPresent("merchantName")
        merchantCity = settings.text("merchantCity")
        categoryCode = settings.text("categoryCode")
        storeLabel = settings.textIfPresent("storeLabel")
        terminalLabel = settings.textIfPresent("terminalLabel")
        email = settings.textIfPresent("email")
        token = settings.textIfPresent("token")
        mayAskInBulk = settings.flag("bulk")
        requestsPerMinute = Int(settings.integer("requestsPerMinute"))
        deepLinks = settings.flag("deepLinks")
        let app = ["appName", "appIconURL", "appDeepLinkCallback"].map { settings.textIfPresent($0) }
        if let name = app[0], let icon = app[1], let callback = app[2] {
            source = Source(name: name, iconURL: icon, callback: callback)
        } else {
            source = nil
            guard app.allSatisfy({ $0 == nil }) else {
                throw FieldProblem(
                    pointer: "/settings/appName",
                    detail: "goes with appIconURL and appDeepLinkCallback: all three, or none")
            }
        }
        let names = accountID.split(separator: "@", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty }),
            accountID.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw FieldProblem(
                pointer: "/settings/accountId", detail: "must be a Bakong account's id, as name@bank")
        }
        guard categoryCode.utf8.count == 4, categoryCode.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw FieldProblem(pointer: "/settings/categoryCode", detail: "must be four digits")
        }
        if isMerchant {
            for (name, value) in [("merchantId", merchantID), ("acquiringBank", acquiringBank)]
            where value == nil {
                throw FieldProblem(
                    pointer: "/settings/\(name)", detail: "is missing: a merchant account's codes carry it")
            }
        }
        guard email != nil || token != nil else {
            throw FieldProblem(
                pointer: "/settings/email",
                detail: "is missing: without the registered e-mail address or a token nobody can ask Bakong")
        }
        if let email, !email.contains("@") || email.contains(" ") {
            throw FieldProblem(pointer: "/settings/email", detail: "must be an e-mail address")
        }
        if let token, !token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
            throw FieldProblem(
                pointer: "/settings/token", detail: "must be visible ASCII without spaces")
        }
    }

    /// As the admin schema and the documentation show them.
    static let declared: [AccountSetting] = [
        AccountSetting(
            "baseURL", .url, required: true,
            help:
                "where Bakong's open API is; https://api-bakong.nbc.gov.kh, and https://sit-api-bakong.nbc.gov.kh for tests"
        ),
        AccountSetting(
            "accountId", .text(maxLength: 32), required: true,
            help: "the Bakong account that is paid, as name@bank"),
        AccountSetting(
            "accountType", .choice(["individual", "merchant"]), fallback: .string("individual"),
            help: "whose account it is: a person's (tag 29 of the code) or a merchant's (tag 30)"),
        AccountSetting(
            "merchantId", .text(maxLength: 32), help: "the merchant's number at its bank; merchant only"),
        AccountSetting(
            "acquiringBank", .text(maxLength: 32), help: "the account's bank; required for a merchant"),
        AccountSetting(
            "accountInformation", .text(maxLength: 32),
            help: "an account number or a phone number that the bank wants in the code; individual only"),
        AccountSetting(
            "merchantName", .text(maxLength: 25),
            help: "who is paid, as the payer's app shows it; the merchant's name unless told"),
        AccountSetting(
            "merchantCity", .text(maxLength: 15), fallback: .string("Phnom Penh"), help: "where that is"),
        AccountSetting(
            "categoryCode", .text(maxLength: 4), fallback: .string("5999"),
            help: "the merchant category code, four digits (ISO 18245)"),
        AccountSetting("storeLabel", .text(maxLength: 25), help: "the store, as the payer's app shows it"),
        AccountSetting("terminalLabel", .text(maxLength: 25), help: "the terminal, likewise"),
        AccountSetting(
            "email", .text(maxLength: 30),
            help: "the address that the token was registered with: new tokens are asked for with it"),
        AccountSetting(
            "token", .secret(maxLength: 1200),
            help:
                "the token, where the account was registered elsewhere; `causeway account register` gets one"),
        AccountSetting(
            "bulk", .boolean, fallback: .bool(true),
            help:
                "ask about up to 50 codes at once, where Bakong lets the account; one by one where it does not"
        ),
        AccountSetting(
            "requestsPerMinute", .integer(1...60_000), fallback: .int(300),
            help: "how many requests each process makes of Bakong in a minute at most"),
        AccountSetting(
            "deepLinks", .boolean, fallback: .bool(true),
            help: "ask Bakong for a link that opens the payer's app; no payment waits for it longer than 2 s"),
        AccountSetting("appName", .text(maxLength: 100), help: "the app that such a link comes back to"),
        AccountSetting("appIconURL", .url, help: "its icon"),
        AccountSetting("appDeepLinkCallback", .url, help: "what opens it once the payment is made"),
    ]
}
