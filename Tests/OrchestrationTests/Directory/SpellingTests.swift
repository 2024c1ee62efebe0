import Testing

@testable import Orchestration

@Suite("Spelling")
struct SpellingTests {
    @Test(
        "guesses what was meant",
        arguments: [
            ("displayname", "displayName"), ("acounts", "accounts"), ("conector", "connector"),
            ("naem", "name"), ("--dryrun", "--dry-run"),
        ])
    func near(written: String, meant: String) {
        let known = ["displayName", "accounts", "connector", "name", "--dry-run"]
        #expect(Spelling.nearest(written, among: known) == meant)
    }

    @Test("does not guess wildly", arguments: ["zzzzzz", "x", ""])
    func far(written: String) {
        #expect(Spelling.nearest(written, among: ["displayName", "accounts"]) == nil)
    }

    @Test("is quick with a long word")
    func long() {
        #expect(Spelling.nearest(String(repeating: "n", count: 100_000), among: ["name"]) == nil)
    }
}
