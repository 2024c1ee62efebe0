import Connectors
import Core
import Cryptography
import Foundation
import JSON
import TestSupport
import Testing

/// Reads a file of vectors beside this one.
func vectors(_ name: String) throws -> JSON {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try JSON.parse(Array(Data(contentsOf: folder.appendingPathComponent("Vectors/\(name).json"))))
}

func object(_ request: ProviderRequest) throws -> JSONObject {
    try #require(try JSON.parse(request.body).objectValue)
}

func answer(_ body: JSON, status: Int = 200) -> ProviderResponse {
    ProviderResponse(status: status, body: body.compact())
}

func callback(_ body: JSON) -> CallbackRequest {
    CallbackRequest(contentType: "application/json", body: body.compact())
}

func settings(_ connector: any Connector.Type, _ written: JSONObject) throws -> AccountSettings {
    try AccountSettings(written, declared: connector.descriptor.settings)
}

extension Outcome {
    /// The case's name.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .notFound: "not found"
        case .unknown: "unknown"
        }
    }

    var refusal: Refusal? {
        switch self {
        case .rejected(let refusal), .failed(let refusal): refusal
        default: nil
        }
    }

    var settlement: Settlement? {
        if case .succeeded(let settlement) = self { settlement } else { nil }
    }

    var acceptance: Acceptance? {
        if case .accepted(let acceptance) = self { acceptance } else { nil }
    }
}

/// Ways to alter a message's members, each of which makes it another message.
enum Mutation: CaseIterable {
    case change, drop, add, rename, changeKind

    func apply(to message: JSONObject, sparing: String? = nil, with random: inout SeededGenerator)
        -> JSONObject
    {
        var members = message.members
        let places = members.indices.filter { members[$0].key != sparing }
        guard let place = places.randomElement(using: &random) else { return message }
        switch self {
        case .change: members[place].value = Self.changed(members[place].value, with: &random)
        case .drop: members.remove(at: place)
        case .add: members.insert(("extra\(random.next() % 100)", .string("x")), at: place)
        case .rename: members[place].key += "x"
        case .changeKind:
            switch members[place].value {
            case .string(let text): members[place].value = .array([.string(text)])
            default: members[place].value = .string("other")
            }
        }
        return JSONObject(members.map { ($0.key, $0.value) })
    }

    private static func changed(_ value: JSON, with random: inout SeededGenerator) -> JSON {
        switch value {
        case .string(let text):
            var bytes = Array(text.utf8)
            guard let place = bytes.indices.randomElement(using: &random) else { return .string("x") }
            bytes[place] = bytes[place] == 0x37 ? 0x38 : 0x37
            return .string(String(decoding: bytes, as: UTF8.self))
        case .number(let number): return .int((number.int64 ?? 0) &+ Int64(1 + random.next() % 1000))
        case .bool(let flag): return .bool(!flag)
        case .null, .array, .object: return .string("x")
        }
    }
}
