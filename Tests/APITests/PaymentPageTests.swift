import Core
import Cryptography
import HTTP
import JSON
import QRCode
import Synchronization
import Testing

@testable import API
@testable import Orchestration

@Suite("The payer's page")
struct PaymentPageTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    @Test("shows whom, how much exactly, until when, the code and three steps")
    func waiting() async throws {
        let path = try await harness.page {
            $0.payable = Money(minor: 123_456_737, .thb)
            $0.description = "Two teas"
        }
        let answer = try await harness.browse(path)
        #expect(answer.status == 200)
        #expect(answer.response.contentType == "text/html; charset=utf-8")
        let html = answer.html
        #expect(html.contains("<bdi>Shop</bdi>"))
        #expect(html.contains("<bdi>Two teas</bdi>"))
        #expect(html.contains("1,234,567.37 <small>THB</small>"))
        #expect(html.contains("<b role=\"timer\">15:00</b>"))
        #expect(html.contains("data-left=\"900\""))
        let symbol = try #require(QRCodeRoute.symbol(of: payin()))
        #expect(html.contains(symbol.svg(title: "QR code to pay")))
        #expect(html.ranges(of: "<li>").count == 3)
        #expect(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>"))
        #expect(html.ranges(of: "://").count == 1, "only the name of SVG's namespace is an address")
    }

    @Test("says each state in its own words, and shows nothing to pay with after it")
    func states() async throws {
        let path = try await harness.page()
        let changes: [(phase: PaymentPhase, change: (inout OrderView) -> Void)] = [
            (.preparing, { $0.state = .initiated }), (.preparing, { $0.state = .processing }),
            (.preparing, { ($0.state, $0.artefact) = (.pending, nil) }),
            (.preparing, { ($0.state, $0.expiresAt) = (.initiated, Harness.now) }),
            (.closing, { $0.expiresAt = Harness.now }),
            (.review, { $0.review = "paid_short" }),
            (.review, { ($0.state, $0.review) = (.expired, "paid_over") }),
            (.review, { ($0.state, $0.review) = (.cancelled, "paid_after_cancel") }),
            (.paid, { $0.state = .succeeded }),
            (.paid, { ($0.state, $0.review) = (.succeeded, "contradiction") }),
            (.expired, { $0.state = .expired }), (.cancelled, { $0.state = .cancelled }),
            (.failed, { $0.state = .failed }), (.returned, { $0.state = .reversed }),
        ]
        for (phase, change) in changes {
            let order = payin()
            harness.change { stored in
                (stored.state, stored.review, stored.expiresAt) = (.pending, nil, order.expiresAt)
                stored.artefact = order.artefact
                stored.redirectURL = "https://shop.example/?a=1"
                change(&stored)
            }
            let html = try await harness.browse(path).html
            let leaving = phase.isEnd ? " data-leave=\"\(phase == .paid ? 4 : 10)\"" : ""
            #expect(html.contains("<main data-phase=\"\(phase.rawValue)\"\(leaving)>"))
            #expect(html.contains("<h1>\(PageTexts.english[phase].title)</h1>"))
            #expect(!html.contains("shape-rendering") && !html.contains("data-left"))
            #expect(
                html.contains(";url=https://shop.example/?a=1&amp;payment_status=") == phase.isEnd)
            let told = try await harness.ask(.get, path + "/state", token: false)
            #expect(told.json["state"]?.stringValue == phase.rawValue)
            #expect((told.json["redirect"]?.stringValue != nil) == phase.isEnd)
            #expect(told.json["secondsLeft"] == .null)
        }
    }

    @Test("tells its script the state and the seconds left")
    func state() async throws {
        let path = try await harness.page { $0.expiresAt = Harness.now + .milliseconds(59_999) }
        let answer = try await harness.ask(.get, path + "/state", token: false)
        #expect(answer.html == #"{"state":"waiting","secondsLeft":59,"redirect":null}"#)
        #expect(answer.header("Cache-Control") == "no-store")
    }

    @Test("shows a bank account to transfer to, and the code beside it")
    func transfer() async throws {
        let path = try await harness.page {
            $0.method = .thbBankTransfer
            $0.artefact?.bankAccountNumber = "123-4-56789-0"
            $0.artefact?.bankName = "KBANK"
            $0.artefact?.bankAccountName = "Shop Co."
        }
        let html = try await harness.browse(path).html
        #expect(html.contains("data-copy=\"123-4-56789-0\""))
        #expect(html.contains("<bdi>KBANK</bdi>") && html.contains("<bdi>Shop Co.</bdi>"))
        #expect(html.contains("data-copy=\"1000.00\""))
        #expect(html.contains("<summary>Or scan a QR code</summary>"))
        #expect(html.contains("choose “Transfer”"))
        harness.change { $0.method = .thbQR }
        let other = try await harness.browse(path).html
        #expect(
            other.contains("<summary>Or make a bank transfer</summary>") && other.contains("choose “Scan”"))
    }

    @Test("links to the bank's app and to the provider's page, and to nothing that runs in this one")
    func links() async throws {
        let path = try await harness.page { $0.artefact?.deepLink = "bank://pay?a=1&b=\"<" }
        #expect(try await harness.browse(path).html.contains("href=\"bank://pay?a=1&amp;b=&quot;&lt;\""))
        for link in ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,a", "x", ":a", " bank:a"] {
            harness.change { $0.artefact?.deepLink = link }
            #expect(!(try await harness.browse(path).html.contains("class=\"button\"")), "\(link)")
        }
        harness.change {
            $0.artefact?.qrCode = nil
            $0.artefact?.deepLink = nil
            $0.artefact?.pageURL = "https://pay.example/1"
        }
        let html = try await harness.browse(path).html
        #expect(html.contains("href=\"https://pay.example/1\">Go to the payment page</a>"))
        harness.change { $0.artefact?.pageURL = "javascript:alert(1)" }
        #expect(try await harness.browse(path).html.contains("data-phase=\"preparing\""))
        harness.change { $0.artefact?.qrImage = "data:image/png;base64,iVBORw0KGgo=" }
        #expect(try await harness.browse(path).html.contains("src=\"data:image/png;base64,iVBORw0KGgo=\""))
        harness.change { $0.artefact?.qrImage = "data:image/svg+xml;base64,AAAA" }
        #expect(try await harness.browse(path).html.contains("data-phase=\"preparing\""))
    }

    @Test(
        "escapes what merchants and providers type",
        arguments: [
            "</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
            "&lt;b&gt; <!-- ", "a\u{0}b\u{7f}\u{2028}c",
        ])
    func hostile(_ text: String) async throws {
        for state: OrderState in [.pending, .succeeded] {
            let hostile = try await Self.typed(text, state)
            let harmless = try await Self.typed("x", state)
            #expect(Self.skeleton(hostile) == Self.skeleton(harmless))
            #expect(hostile != harmless)
            #expect(!hostile.unicodeScalars.contains { TextRule.isControl($0) && $0 != "\n" })
        }
    }

    /// The page of an order and a merchant that have a text everywhere.
    private static func typed(_ text: String, _ state: OrderState) async throws -> String {
        let harness = try Harness(merchant: text)
        let path = try await harness.page {
            $0.state = state
            $0.description = text
            $0.redirectURL = "https://shop.example/'?a=';url=javascript:alert(1)"
            $0.artefact?.bankAccountNumber = text
            $0.artefact?.bankName = text
            $0.artefact?.bankAccountName = text
        }
        return try await harness.browse(path).html
    }

    /// The tags of a page with the names of their attributes: what a browser makes elements of.
    private static func skeleton(_ html: String) -> [String] {
        var tags: [String] = []
        var isTag = false
        var isQuoted = false
        for character in html {
            switch character {
            case "<" where !isQuoted:
                isTag = true
                tags.append("")
            case ">" where !isQuoted: isTag = false
            case "\"" where isTag: isQuoted.toggle()
            case _ where isTag && !isQuoted: tags[tags.count - 1].append(character)
            default: break
            }
        }
        return tags
    }

    @Test("speaks the browser's language", arguments: PageLanguage.allCases)
    func languages(_ language: PageLanguage) async throws {
        let path = try await harness.page()
        for (path, status) in [(path, 200), ("/pay/x", 404)] {
            let answer = try await harness.browse(path, language: "fr, \(language.rawValue);q=0.5")
            #expect(answer.status == status)
            #expect(answer.html.contains("<html lang=\"\(language.rawValue)\">"))
            #expect(answer.header("Content-Language") == language.rawValue)
            #expect(answer.header("Vary") == "Accept-Language")
            let title = status == 200 ? language.texts.waiting.title : language.texts.notFound.title
            #expect(answer.html.contains("<h1>\(title)</h1>"))
        }
    }

    @Test("lets a browser run and load nothing but its own script, style and state")
    func policy() async throws {
        let answer = try await harness.browse(harness.page())
        let digest = { (element: String) throws -> String in
            let start = try #require(answer.html.firstRange(of: "<\(element)>")).upperBound
            let end = try #require(answer.html.firstRange(of: "</\(element)>")).lowerBound
            return "sha256-" + Base64.encode(Digest.sha256(Array(answer.html[start..<end].utf8)))
        }
        #expect(
            try answer.header("Content-Security-Policy")
                == "default-src 'none'; style-src '\(digest("style"))'; script-src '\(digest("script"))'; "
                + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        #expect(answer.header("Referrer-Policy") == "no-referrer")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(!answer.html.contains("style=") && !answer.html.contains(" onclick"))
    }

    @Test("is the same friendly 404 for a wrong token, an unknown order and a payout")
    func missing() async throws {
        let path = try await harness.page()
        var pages: Set<String> = []
        let unknown = harness.backend.links.token(for: Identifier(high: 1, low: 1))
        for wrong in [path + "0", String(path.dropLast()), "/pay/\(unknown)", "/pay/tx_1", "/pay/%00"] {
            let answer = try await harness.browse(wrong)
            #expect(answer.status == 404 && answer.response.contentType == "text/html; charset=utf-8")
            pages.insert(answer.html)
            #expect(try await harness.ask(.get, wrong + "/state", token: false).code == "not_found")
        }
        harness.change { $0.method = .thbBank }
        let payout = try await harness.browse(path)
        #expect(payout.status == 404)
        pages.insert(payout.html)
        #expect(pages.count == 1)
        #expect(try await harness.ask(.get, path + "/state", token: false).status == 404)
    }

    @Test("asks the database nothing for a wrong token, and is a page too when the database does not answer")
    func unavailable() async throws {
        let path = try await harness.page()
        harness.world.state.withLock { $0.failure = .unavailable }
        #expect(try await harness.browse("/pay/x").status == 404)
        let answer = try await harness.browse(path)
        #expect(answer.status == 503 && answer.header("Retry-After") == "5")
        #expect(answer.html.contains("<meta http-equiv=\"refresh\" content=\"5\">"))
        #expect(try await harness.ask(.get, path + "/state", token: false).code == "unavailable")
    }

    @Test("is in the order of a payin, and null in a payout's")
    func member() async throws {
        let path = try await harness.page()
        let id = harness.world.state.withLock { $0.orders[0].id.text(.transaction) }
        let calls = [
            try await harness.ask(.get, "/v1/transaction/txnId/\(id)").result,
            try #require(try await harness.ask(.get, "/v1/transaction").result["data"]?[0]),
        ]
        for order in calls { #expect(order["checkoutUrl"]?.stringValue == "https://causeway.example" + path) }
        harness.change { $0.method = .kesBank }
        #expect(try await harness.ask(.get, "/v1/transaction/txnId/\(id)").result["checkoutUrl"] == .null)
    }
}
