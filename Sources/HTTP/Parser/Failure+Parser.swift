/// The refusals that the parser makes in more than one place.
extension Failure {
    static var requestLineTooLong: Failure { Failure(.targetTooLong, "The request line is too long.") }
    static var headTooLarge: Failure { Failure(.fieldsTooLarge, "The head is too large.") }
    static var tooManyFields: Failure { Failure(.fieldsTooLarge, "The head has too many fields.") }
    static var trailerTooLarge: Failure { Failure(.fieldsTooLarge, "The trailer is too large.") }
    static var bodyTooLarge: Failure { Failure(.contentTooLarge, "The body is too large.") }
    static var bareLineFeed: Failure {
        Failure(.badRequest, "A line ends in a line feed without a carriage return.")
    }
    static var chunkLineTooLong: Failure { Failure(.badRequest, "A chunk's size line is too long.") }
    static var chunkOverrun: Failure { Failure(.badRequest, "A chunk is longer than its size says.") }
}
