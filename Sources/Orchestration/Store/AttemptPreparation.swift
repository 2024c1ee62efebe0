internal import Connectors
internal import Core
internal import JSON

/// What is kept with an attempt of the step before the one that moves money. Sealed: it names a person.
struct AttemptPreparation: Sendable, Hashable {
    /// What the provider prepared; `nil` as long as it has not answered.
    var prepared: Preparation?
    /// Whom the merchant was shown by an earlier preparation of the order: nobody else may be paid.
    var shownName: String?

    init(prepared: Preparation? = nil, shownName: String? = nil) {
        self.prepared = prepared
        self.shownName = shownName
    }

    /// Reads what `json` made.
    init?(json: [UInt8]) {
        guard let object = try? JSON.parse(json).objectValue else { return nil }
        shownName = object["shownName"]?.stringValue
        prepared = object["reference"]?.stringValue.map { reference in
            Preparation(
                reference: reference, payeeName: object["payeeName"]?.stringValue,
                expiresAt: object["expiresAt"]?.int64.map(Timestamp.init(microseconds:)))
        }
    }

    var json: [UInt8] {
        var object = JSONObject()
        object["shownName"] = shownName.map(JSON.string)
        object["reference"] = (prepared?.reference).map(JSON.string)
        object["payeeName"] = prepared?.payeeName.map(JSON.string)
        object["expiresAt"] = prepared?.expiresAt.map { .int($0.microseconds) }
        return JSON.object(object).compact()
    }

    /// The name that the merchant knows, or may know.
    var knownName: String? { prepared?.payeeName ?? shownName }
}

extension Engine {
    /// What was prepared for an attempt.
    ///
    /// - Throws: where it cannot be opened.
    func preparation(of attempt: AttemptRecord) throws(VaultError) -> AttemptPreparation? {
        guard let sealed = attempt.sealedPreparation else { return nil }
        return AttemptPreparation(json: try vault.open(sealed, for: .preparation, id: attempt.id))
    }

    func sealed(_ preparation: AttemptPreparation, of attempt: AttemptRecord) throws(VaultError) -> [UInt8] {
        try vault.seal(preparation.json, for: .preparation, id: attempt.id)
    }

    /// An order as its merchant may see it: with what only the vault tells.
    func view(of record: OrderRecord) -> OrderView {
        var view = record.view
        if let attempt = record.attempt, attempt.sealedPreparation != nil {
            view.payeeName = (try? preparation(of: attempt))?.knownName
        }
        return view
    }
}
