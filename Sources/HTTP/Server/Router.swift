/// What answers a route's requests.
public enum Handler: Sendable {
    /// Runs on the reactor's thread in the turn that read the request: for what needs no waiting and hardly any time.
    case immediate(@Sendable (Request) -> Response)
    /// Runs as a task on the reactor. It is not cancelled when the client goes away: its answer is dropped. Its deadline is
    /// its own business.
    case async(@Sendable (Request) async -> Response)
}

/// Finds the handler of a method and a path.
public struct Router: Sendable {
    /// Every route, in the order they were made.
    public private(set) var routes: [(method: Method, pattern: String)] = []

    /// Makes the answers that have no handler, out of a failure and, where the request was understood, the request. The
    /// server adds the failure's own fields afterwards.
    public var failure: @Sendable (Failure, Request?) -> Response = Router.problem

    private struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var methods: [(method: Method, handler: Handler, names: [String])] = []
    }

    private var nodes = [Node()]

    /// A router that knows no path.
    public init() {}

    /// Adds a route, such as `/v1/transaction/txnId/{txnId}`. A `{name}` takes one segment, never an empty one; a literal
    /// segment goes before a name. GET answers HEAD too.
    ///
    /// - Precondition: the pattern begins with a slash, and the pair of method and pattern is new.
    public mutating func on(_ method: Method, _ pattern: String, _ handler: Handler) {
        precondition(pattern.utf8.first == ASCII.slash, "a pattern begins with a slash")
        var names: [String] = []
        var index = 0
        for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if segment.first == "{", segment.last == "}" {
                names.append(String(segment.dropFirst().dropLast()))
                index = parameter(of: index)
            } else {
                index = literal(Array(segment.utf8), of: index)
            }
        }
        precondition(!nodes[index].methods.contains { $0.method == method }, "a route is made twice")
        nodes[index].methods.append((method, handler, names))
        routes.append((method, pattern))
    }

    private mutating func parameter(of index: Int) -> Int {
        if let next = nodes[index].parameter { return next }
        nodes.append(Node())
        nodes[index].parameter = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func literal(_ segment: [UInt8], of index: Int) -> Int {
        if let next = nodes[index].literals.first(where: { $0.segment == segment }) { return next.node }
        nodes.append(Node())
        nodes[index].literals.append((segment, nodes.count - 1))
        return nodes.count - 1
    }

    // MARK: Finding

    enum Match {
        case handler(Handler)
        /// OPTIONS on a known path, and the value of its Allow.
        case options(String)
        case failure(Failure)
    }

    /// Finds what answers the request, and puts the path's parameters into it.
    func match(_ request: inout Request) -> Match {
        if request.head.facts.isAsterisk { return .options(allow(routes.map(\.method))) }
        guard request.method.isRecognized || routes.contains(where: { $0.method == request.method }) else {
            return .failure(Failure(.notImplemented, "This server does not have the method."))
        }
        var taken: [Range<Int>] = []
        let found = request.head.withBytes(request.head.facts.path) { path in
            find(path, from: min(1, path.count), node: 0, taken: &taken)
        }
        guard let found else { return .failure(Failure(.notFound, "There is nothing at this path.")) }
        let node = nodes[found]
        let direct = node.methods.first { $0.method == request.method }
        guard let entry = direct ?? (request.method == .head ? node.methods.first { $0.method == .get } : nil)
        else {
            let allowed = allow(node.methods.map(\.method))
            if request.method == .options { return .options(allowed) }
            return .failure(
                Failure(
                    .methodNotAllowed, "This path does not have the method.", headers: [("Allow", allowed)]))
        }
        if !taken.isEmpty {
            guard let values = decode(request, taken, entry.names) else {
                return .failure(Failure(.badRequest, "The path is not well-formed percent-encoded UTF-8."))
            }
            request.parameters.values = values
        }
        return .handler(entry.handler)
    }

    /// Literals first, then the name; steps back where the rest does not fit.
    private func find(
        _ path: UnsafeRawBufferPointer, from start: Int, node: Int, taken: inout [Range<Int>]
    ) -> Int? {
        let end = path.firstIndex(of: ASCII.slash, in: start..<path.count) ?? path.count
        let segment = UnsafeRawBufferPointer(rebasing: path[start..<end])
        for literal in nodes[node].literals where literal.segment.elementsEqual(segment) {
            if let found = follow(path, end, literal.node, &taken) { return found }
        }
        guard let parameter = nodes[node].parameter, !segment.isEmpty else { return nil }
        taken.append(start..<end)
        if let found = follow(path, end, parameter, &taken) { return found }
        taken.removeLast()
        return nil
    }

    private func follow(
        _ path: UnsafeRawBufferPointer, _ end: Int, _ node: Int, _ taken: inout [Range<Int>]
    ) -> Int? {
        if end == path.count { return nodes[node].methods.isEmpty ? nil : node }
        return find(path, from: end + 1, node: node, taken: &taken)
    }

    private func decode(
        _ request: Request, _ taken: [Range<Int>], _ names: [String]
    ) -> [(name: String, value: String)]? {
        request.head.withBytes(request.head.facts.path) { path in
            var values: [(name: String, value: String)] = []
            for (name, range) in zip(names, taken) {
                guard let value = Percent.decode(UnsafeRawBufferPointer(rebasing: path[range])) else {
                    return nil
                }
                values.append((name, value))
            }
            return values
        }
    }

    private func allow(_ methods: [Method]) -> String {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        names.insert("OPTIONS")
        return names.sorted().joined(separator: ", ")
    }

    /// The plain problem document (RFC 9457) of a failure.
    @Sendable public static func problem(_ failure: Failure, _ request: Request?) -> Response {
        // Neither text holds anything that JSON would need escaped.
        let text = """
            {"type":"about:blank","title":"\(Reason.phrase(failure.status))","status":\(failure.status),\
            "detail":"\(failure.detail)","code":"\(failure.code.rawValue)"}
            """
        return Response(
            status: failure.status, contentType: "application/problem+json", body: Array(text.utf8))
    }
}
