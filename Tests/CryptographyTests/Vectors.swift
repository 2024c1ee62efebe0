import Cryptography
import Foundation
import JSON

/// The files in `Vectors/`, made by other implementations.
enum Vectors {
    static func load(_ name: String) throws -> JSON {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Vectors/\(name).json"))
        return try JSON.parse([UInt8](data))
    }

    static func cases(_ name: String) throws -> [JSON] { try load(name)["cases"]?.arrayValue ?? [] }
}

extension JSON {
    /// A string member that must be there.
    func text(_ key: String) throws -> String {
        guard let value = self[key]?.stringValue else { throw MissingMember(key: key) }
        return value
    }

    /// The bytes of a base 64 member that must be there.
    func base64(_ key: String) throws -> [UInt8] {
        guard let bytes = Base64.decode(try text(key)) else { throw MissingMember(key: key) }
        return bytes
    }
}

struct MissingMember: Error {
    let key: String
}
