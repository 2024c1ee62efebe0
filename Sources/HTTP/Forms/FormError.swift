/// Why a form cannot be read.
public enum FormError: Error, Sendable, Equatable {
    /// Its encoding or its framing is broken.
    case malformed
    /// It has more fields than are read.
    case tooManyFields
    /// A part is a file, or anything else than text.
    case notText
    /// The media type names no usable boundary.
    case noBoundary
}
