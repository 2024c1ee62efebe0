import Connectors
import Core
import JSON
import Testing

@Suite("Settings and declarations")
struct SettingsTests {
    @Test("ids are unique words, found in the registry")
    func registry() {
        let ids = ConnectorRegistry.all.map { $0.descriptor.id }
        #expect(Set(ids).count == ids.count && !ids.isEmpty)
        for id in ids {
            #expect(id.utf8.allSatisfy { (0x61...0x7a).contains($0) })
            #expect(ConnectorRegistry.connector(id)?.descriptor.id == id)
        }
        #expect(ConnectorRegistry.connector("nobody") == nil)
    }

    @Test("declarations are sound")
    func declarations() {
        for connector in ConnectorRegistry.all {
            let descriptor = connector.descriptor
            #expect(Set(descriptor.settings.map(\.name)).count == descriptor.settings.count)
            #expect(descriptor.settings.allSatisfy { !$0.help.isEmpty })
            #expect(descriptor.settings.allSatisfy { !$0.isRequired || $0.fallback == nil })
            #expect(descriptor.pollPlan.delay(before: 1000) == descriptor.pollPlan.delays.last)
            for capability in descriptor.methods {
                #expect(
                    0 < capability.minimum && capability.minimum <= capability.maximum && capability.step > 0)
                #expect(Set(capability.required).isDisjoint(with: capability.optional))
                #expect(Set(capability.banks.map(\.code)).count == capability.banks.count)
                #expect(descriptor.capability(capability.method) != nil)
            }
        }
    }

    @Test("every fallback is what its kind allows")
    func fallbacks() throws {
        for connector in ConnectorRegistry.all {
            let declared = connector.descriptor.settings.filter { $0.fallback != nil }
            var written = JSONObject()
            for setting in declared { written[setting.name] = setting.fallback }
            #expect(throws: Never.self) { try AccountSettings(written, declared: declared) }
        }
    }

    private func problems(_ written: JSONObject, _ connector: any Connector.Type = PayPlusConnector.self)
        -> [String]
    {
        do {
            _ = try settings(connector, written)
            return []
        } catch {
            return (error as? FieldProblems)?.problems.map(\.pointer).sorted() ?? ["?"]
        }
    }

    @Test("every wrong setting is named, all at once")
    func wrong() {
        #expect(problems([:]) == ["/settings/apiKey", "/settings/baseURL", "/settings/merchantId"])
        #expect(problems([:], HaiPayConnector.self).count == 4)
        var written = PayPlusFixture.written
        written["surprise"] = 1
        written["depositPath"] = "deposit"
        written["timestampUnit"] = "minutes"
        written["callbackToleranceSeconds"] = 86_401
        written["apiKey"] = ""
        #expect(
            problems(written) == [
                "/settings/apiKey", "/settings/callbackToleranceSeconds", "/settings/depositPath",
                "/settings/surprise",
                "/settings/timestampUnit",
            ])
    }

    @Test("a pointer to an unknown setting is escaped and short")
    func pointers() {
        var written = PayPlusFixture.written
        written["a/b~c"] = 1
        written[String(repeating: "x", count: 5000)] = 1
        #expect(
            problems(written) == ["/settings/a~1b~0c", "/settings/" + String(repeating: "x", count: 100)])
    }

    @Test(
        "base URLs are absolute and plain",
        arguments: [
            "ftp://x", "https://", "https:///x", "https://x/", "https://x?y", "https://x#y", "https://u@x",
            "https://x y", "x", "",
            "https://x\n", "https://é", "HTTPS://x",
        ])
    func baseURLs(url: String) {
        var written = PayPlusFixture.written
        written["baseURL"] = .string(url)
        #expect(problems(written) == ["/settings/baseURL"])
    }

    @Test("problems never repeat a value")
    func secrecy() {
        var written = PayPlusFixture.written
        written["apiKey"] = .string(String(repeating: "secret", count: 200))
        written["baseURL"] = "https://user:secret@host"
        do {
            _ = try settings(PayPlusConnector.self, written)
            Issue.record("accepted")
        } catch {
            #expect(!"\(error)".contains("secret@") && !"\(error)".contains("secretsecret"))
        }
    }

    @Test(
        "an API key that cannot stand in a header is refused", arguments: ["a b", "a\r\nx: y", "é", "a\u{0}"])
    func headerKeys(key: String) throws {
        var written = PayPlusFixture.written
        written["apiKey"] = .string(key)
        let settings = try settings(PayPlusConnector.self, written)
        #expect(throws: FieldProblem.self) { try PayPlusConnector(settings: settings) }
    }
}
