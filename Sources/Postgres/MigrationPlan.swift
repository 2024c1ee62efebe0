/// The files of a program, checked, in order: the one at index 0 is version 1.
struct MigrationPlan: Sendable {
    struct File: Sendable {
        let name: String
        let version: Int
        let sql: String
        let checksum: String
    }

    struct Applied: Sendable {
        let version: Int
        let checksum: String
    }

    let files: [File]

    init(
        _ files: [(name: String, sql: [UInt8])], checksum: ([UInt8]) -> String
    ) throws(MigrationError) {
        var read: [File] = []
        for file in files {
            guard let version = Self.version(file.name), !file.sql.contains(0),
                let sql = String(validating: file.sql, as: UTF8.self)
            else { throw .badFile(name: file.name) }
            read.append(File(name: file.name, version: version, sql: sql, checksum: checksum(file.sql)))
        }
        read.sort { $0.version < $1.version }
        for (index, file) in read.enumerated() where file.version != index + 1 {
            throw .gap(version: min(file.version, index + 1))
        }
        self.files = read
    }

    /// What is still to be applied, after the applied ones (in order) have been found to be ours.
    func pending(after applied: [Applied]) throws(MigrationError) -> ArraySlice<File> {
        if let last = applied.last, last.version > files.count {
            throw .newer(current: last.version, known: files.count)
        }
        for (index, entry) in applied.enumerated() {
            guard entry.version == index + 1 else { throw .missing(version: index + 1) }
            guard entry.checksum == files[index].checksum else { throw .changed(name: files[index].name) }
        }
        return files[applied.count...]
    }

    /// The number in `NNNN_name.sql`, where the name is of lower-case letters, digits and underscores.
    private static func version(_ name: String) -> Int? {
        let bytes = Array(name.utf8)
        guard bytes.count > 9, bytes.count <= 200, name.hasSuffix(".sql"), bytes[4] == UInt8(ascii: "_"),
            bytes[..<4].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let title = bytes[5..<(bytes.count - 4)]
        guard title.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f })
        else {
            return nil
        }
        return Int(name.prefix(4))
    }
}
