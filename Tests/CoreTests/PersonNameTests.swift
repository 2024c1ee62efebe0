import Testing

@testable import Core

@Suite("Names of people")
struct PersonNameTests {
    @Test(
        "are the same whatever their case, spacing and marks",
        arguments: [
            ("Sok Dara", "SOK  DARA"), (" sok dara\t", "Sok-Dara"), ("O'Brien, Pat", "o brien pat"),
            (
                "\u{17A0}\u{17B6}\u{1784} \u{179F}\u{17BB}\u{1781}",
                "\u{17A0}\u{17B6}\u{1784}  \u{179F}\u{17BB}\u{1781}"
            ),
            ("Jos\u{E9}", "JOSE\u{301}"),
        ])
    func same(_ one: String, _ other: String) { #expect(PersonName.areSame(one, other)) }

    @Test(
        "are different people's otherwise",
        arguments: [("Sok Dara", "Sok Dar"), ("Sok Dara", "Dara Sok"), ("Sok Dara", "SokDara"), ("Sok", "")])
    func different(_ one: String, _ other: String) { #expect(!PersonName.areSame(one, other)) }
}
