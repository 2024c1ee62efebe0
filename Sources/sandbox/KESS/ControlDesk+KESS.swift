extension ControlDesk {
    func kessAccount(_ body: Body) throws(ControlProblem) -> Account {
        let partnerID = try body.text("partnerId")
        let isTaken = world.state.withLock { state in
            state.accounts.values.contains {
                if case .kess(let other) = $0.credentials { other.partnerID == partnerID } else { false }
            }
        }
        guard !partnerID.isEmpty, !isTaken else { throw .bad("partnerId must be new and not empty") }
        guard let partner = RSAKey(publicBase64: try body.text("partnerPublicKey")) else {
            throw .bad("partnerPublicKey must be an RSA key, SPKI in base64")
        }
        guard let platform = RSAKey(privateBase64: try body.text("platformPrivateKey")) else {
            throw .bad("platformPrivateKey must be an RSA key, PKCS#8 in base64")
        }
        let digest = body.object["digest"] == nil ? .sha256 : try body.word("digest", RSADigest.self)
        let digits = body.object["serializePrecision"].map { $0.integer ?? 0 } ?? -1
        guard let precision = PHPNumber.Precision(rawValue: digits) else {
            throw .bad("serializePrecision must be -1 or 17")
        }
        let credentials = Account.KESSCredentials(
            partnerID: partnerID, partnerSecretKey: try body.text("partnerSecretKey"),
            userName: try body.text("userName"), password: try body.text("password"),
            partnerPublicKey: partner, platformPrivateKey: platform, digest: digest, precision: precision)
        let key = AccountKey(provider: .kess, name: try body.text("account"))
        return Account(key: key, credentials: .kess(credentials), balance: Account.openingBalance)
    }
}
