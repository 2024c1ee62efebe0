internal import Cryptography

/// The header fields of payers' pages.
enum PageHeaders {
    /// Nothing but the page's own style and script, known by their digests, and its own state; nobody frames it.
    static let policy = [
        "default-src 'none'", "style-src '\(digest(PageStyle.text))'",
        "script-src '\(digest(PageScript.text))'", "connect-src 'self'", "img-src data:", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// On every page. The address is the payer's secret: it goes to nobody with a Referer.
    static func fields(_ language: PageLanguage) -> [(name: String, value: String)] {
        CommonHeaders.secret + [
            ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
            ("Content-Language", language.rawValue), ("Vary", "Accept-Language"),
        ]
    }

    /// As a policy names an inline text (CSP Level 3, section 2.3.1).
    private static func digest(_ text: StaticString) -> String {
        "sha256-" + Base64.encode(Digest.sha256(text.withUTF8Buffer { Array($0) }))
    }
}
