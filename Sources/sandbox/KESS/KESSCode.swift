/// KESS's error codes, each with the HTTP status that its tables give.
enum KESSCode: String, Sendable {
    case unauthenticated = "UNAUTHENTICATED"
    case notEligible = "NOTELIGIBLE"
    case validation = "VALIDATIONERROR"
    case used = "USED"
    case notExist = "NOTEXIST"
    case expired = "EXPIRED"
    case systemError = "SYSTEMERROR"

    var status: Int {
        switch self {
        case .unauthenticated: 401
        case .systemError: 500
        case .notEligible, .validation, .used, .notExist, .expired: 400
        }
    }

    /// The words of the tables.
    var meaning: String {
        switch self {
        case .unauthenticated: "Unauthorized"
        case .notEligible: "Receiver is not eligible for the fund"
        case .validation: "Parameters validation incorrect"
        case .used: "Pre fund transfer ID is used"
        case .notExist: "Wrong pre transfer ID, or invalid string"
        case .expired: "Unified fund transfer is expired"
        case .systemError: "Server error or busy"
        }
    }

    /// The code that a behaviour of the control API asks for.
    init?(askedBy behaviour: Behaviour) {
        switch behaviour {
        case .notEligible: self = .notEligible
        case .validation: self = .validation
        case .used: self = .used
        case .notExist, .notFound: self = .notExist
        case .expired: self = .expired
        default: return nil
        }
    }
}
