/// The wallets at KESS: any number of 1 to 25 letters and digits is one, and its owner's name follows from it.
enum KESSReceivers {
    /// Those that behave in their own way; docs/sandbox.md has the table.
    enum Special: String, Sendable {
        case unknown = "85500000001"
        case closed = "85500000002"
        case khmer = "85500000003"
        /// Its name is another one at every second create.
        case renamed = "85500000004"
        /// Its name is as long as the documents allow, of characters that are easily written wrong.
        case awkward = "85500000005"
        /// Can be created for, but not confirmed.
        case closing = "85500000006"
    }

    private static let surnames = [
        "LIM", "KEO", "CHAN", "CHEA", "NGUON", "SOK", "O'NEILL", "MEAS", "ហេង", "PRAK", "LY S/O", "TÉP",
    ]
    private static let givenNames = [
        "SOPHEAP", "PISEY", "VANNAK", "BOPHA", "RENÉE", "SREY-LEAK", "ចាន់", "RITHY", "MONY/MONIKA",
        "THIDA", "DARA",
    ]

    static func name(_ id: String) -> String {
        switch Special(rawValue: id) {
        case .khmer: return "សុខ ដារា"
        case .awkward:
            let name = #"O'NEIL "SOK" <DARA> & \ / ÿ ក 中 😀"#
            return name + String(repeating: "é", count: 96 - name.unicodeScalars.count)
        default: break
        }
        // FNV-1a, 32 bits: spreads numbers that differ in one digit.
        let hash = id.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let given = Int(hash >> 8) % givenNames.count
        return "\(surnames[Int(hash & 0xFF) % surnames.count]) \(givenNames[given])"
    }

    /// Somebody else's name.
    static func another(than name: String) -> String {
        name == "KEO PISEY" ? "SOK DARA" : "KEO PISEY"
    }
}
