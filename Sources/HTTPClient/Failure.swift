internal import CCurl

extension HTTPClient {
    /// Why there is no answer, and whether the other side may have read the request all the same.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What went wrong.
        public enum Kind: Sendable, Hashable {
            /// The host's or the proxy's name has no address.
            case resolve
            /// No connection, or the proxy would not make one.
            case connect
            /// TLS failed: the certificate is not trusted, the name is another's …
            case tls
            /// It took too long.
            case timeout(Stage)
            /// The connection ended before the answer did.
            case reset
            /// The answer is larger than allowed.
            case tooLarge
            /// The answer is not HTTP.
            case malformed
            /// The caller's task was cancelled.
            case cancelled
            /// Too many requests at once.
            case busy
            /// The request itself cannot be sent.
            case invalidRequest
            /// Anything else.
            case other
        }

        /// Where the time ran out.
        public enum Stage: String, Sendable, Hashable {
            /// Looking up the name.
            case resolve
            /// Connecting, the proxy and TLS included.
            case connect
            /// Waiting for the first line of the answer.
            case firstByte
            /// The whole.
            case total
        }

        /// What went wrong.
        public let kind: Kind
        /// False only where it is proven that no byte of the request left: nothing was done. True says
        /// nothing.
        public let requestMayHaveBeenSent: Bool
        /// For logs and people: no URL's query, headers or bodies in it.
        public let message: String

        /// A failure; for tests and doubles.
        public init(_ kind: Kind, requestMayHaveBeenSent: Bool, message: String) {
            self.kind = kind
            self.requestMayHaveBeenSent = requestMayHaveBeenSent
            self.message = message
        }

        static func notSent(_ kind: Kind, _ message: String) -> Failure {
            Failure(kind, requestMayHaveBeenSent: false, message: message)
        }

        /// For people.
        public var description: String {
            message + " (the request \(requestMayHaveBeenSent ? "may have been" : "was not") sent)"
        }
    }
}

extension HTTPClient.Failure.Kind {
    /// What curl's result means, after or before the name was found and the request could be sent.
    init(_ code: CURLcode, resolved: Bool, sent: Bool) {
        self =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
            case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
                CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_OPERATION_TIMEDOUT: .timeout(sent ? .total : resolved ? .connect : .resolve)
            // Before the request, only a proxy can have sent anything or gone away.
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
                sent ? .reset : .connect
            // The second sending was refused: the first one's connection had ended.
            case CURLE_ABORTED_BY_CALLBACK: .reset
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformed
            // Also what curl says of HTTP/0.9, which is an answer without a status line.
            case CURLE_UNSUPPORTED_PROTOCOL: sent ? .malformed : .invalidRequest
            case CURLE_URL_MALFORMAT: .invalidRequest
            default: .other
            }
    }
}
