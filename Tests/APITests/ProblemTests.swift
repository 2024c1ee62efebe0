import Core
import HTTP
import JSON
import Synchronization
import Testing

@testable import API

@Suite("Problem documents")
struct ProblemTests {
    @Test("every code has a row of its own and makes a document", arguments: ErrorCode.allCases)
    func rows(_ code: ErrorCode) throws {
        let answer = Answer(response: Problem(code).response)
        #expect(answer.status == code.row.status)
        #expect((400...599).contains(answer.status))
        if code != .internalError { #expect(answer.status != 500) }
        #expect(answer.json["code"]?.stringValue == code.rawValue)
        #expect(answer.json["title"]?.stringValue?.isEmpty == false)
        #expect(answer.json["detail"]?.stringValue?.isEmpty == false)
        #expect((answer.header("WWW-Authenticate") != nil) == (answer.status == 401))
        #expect(answer.status != 503 || answer.header("Retry-After") != nil)
    }

    @Test("every failure of the HTTP server has its code in the table", arguments: Failure.Code.allCases)
    func failures(_ code: Failure.Code) {
        let failure = Failure(code, "Why.")
        #expect(ErrorCode(rawValue: code.rawValue)?.row.status == failure.status)
        #expect(Problem(from: failure).response.status == failure.status)
    }

    @Test("tells no more than so many faults")
    func bounded() {
        let faults = (0..<500).map { Problem.Fault(place: .body("/\($0)"), detail: "x") }
        let answer = Answer(response: Problem(.fieldsInvalid, faults: faults).response)
        #expect(answer.pointers.count == Problem.faultsMax)
    }

    @Test(
        "takes whoever accepts JSON, and refuses the others",
        arguments: [
            (nil, true), ("*/*", true), ("application/json", true), ("application/*;q=0.5", true),
            ("text/html", false),
            ("text/html, */*;q=0.1", true), ("application/json;q=0", false),
            ("application/json;q=0, */*", false), ("", true),
            ("application/problem+json", true), ("text/plain;q=1, application/json;q=0.001", true),
        ] as [(String?, Bool)])
    func negotiation(_ accept: String?, _ takes: Bool) { #expect(Acceptance.takes(.json, accept) == takes) }

    @Test("answers 404, 405 and 406 as problem documents")
    func routing() async throws {
        let harness = try Harness()
        #expect(try await harness.ask(.get, "/nowhere").code == "not_found")
        #expect(try await harness.ask(.delete, "/v1/currencies").code == "method_not_allowed")
        let answer = try await harness.ask(.get, "/v1/currencies", headers: [("Accept", "text/html")])
        #expect(answer.code == "not_acceptable")
    }
}
