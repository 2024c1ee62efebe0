extension HTTPClient {
    /// A whole answer.
    public struct Response: Sendable {
        /// The status code.
        public var status: Int
        /// In the order received.
        public var headers: [(name: String, value: String)]
        /// The body, without transfer coding.
        public var body: [UInt8]
        /// How long it took.
        public var timings: Timings

        /// An answer; for tests and doubles.
        public init(
            status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
            timings: Timings = Timings()
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.timings = timings
        }

        /// The first header of a name, whatever its case.
        public subscript(name: String) -> String? {
            let name = name.lowercased()
            return headers.first { $0.name.lowercased() == name }?.value
        }
    }

    /// Microseconds from the start of an exchange.
    public struct Timings: Sendable, Hashable {
        /// Until the connection could be used, TLS included; 0 where it was open already.
        public var connect: Int64 = 0
        /// Until the first byte of the answer.
        public var firstByte: Int64 = 0
        /// Until its end.
        public var total: Int64 = 0

        /// All nothing.
        public init() {}
    }
}
