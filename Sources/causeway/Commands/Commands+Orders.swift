internal import Connectors
internal import Core
internal import Glibc
internal import JSON
internal import Logging
internal import Orchestration

extension Commands {
    private static let needs: Set<Setting.Name> = [.databaseURL, .masterKey]
    private static let orderID = Command.Argument(name: "ORDER", help: "its id (tx_…)")

    static let orders = [
        Command(
            name: "order list", summary: "List orders, newest first",
            options: [
                Command.Option(name: "merchant", value: "MERCHANT", help: "only this one's, by name or id"),
                Command.Option(
                    name: "reference", value: "TEXT", help: "only those with this reference number"),
                Command.Option(name: "method", value: "METHOD", help: "only those by this payment method"),
                Command.Option(name: "state", value: "STATE", help: "only those in this state"),
                Command.Option(name: "review", help: "only those that a person must look at"),
                Command.Option(name: "limit", value: "COUNT", help: "1 to 100; 20 unless told"),
                Command.Option(name: "after", value: "ORDER", help: "only older ones than this"),
                Command.json,
            ],
            needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let engine = try await session.engine()
                let query = try query(invocation, engine.directory.current)
                let page = try await OrdersFace(engine).list(query)
                if invocation.wantsJSON {
                    return Console.json([
                        "orders": .array(page.orders.map(OrderText.json)), "hasMore": .bool(page.hasMore),
                    ])
                }
                show(
                    page.orders.map(OrderText.json), invocation,
                    ["ID", "CREATED", "STATE", "METHOD", "AMOUNT", "REFERENCE", "REVIEW"]
                ) { page.orders.map(OrderText.row) }
                if page.hasMore, let last = page.orders.last {
                    Console.line("There are more: --after \(last.id.text(.transaction))")
                }
            }
        },
        Command(
            name: "order show", summary: "Show an order", arguments: [orderID], options: [Command.json],
            needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let order = try await session.orders().fetch(
                    try id(invocation), merchant: nil, refresh: false)
                showOne(OrderText.json(order), invocation)
            }
        },
        Command(
            name: "order events", summary: "Tell an order's history", arguments: [orderID],
            options: [Command.json],
            needs: needs
        ) { invocation in
            Session.run(invocation) { session in
                let events = try await session.orders().events(of: try id(invocation), merchant: nil)
                show(events.map(OrderText.json), invocation, ["NUMBER", "AT", "KIND", "BY", "DETAIL"]) {
                    events.map { event in
                        [
                            String(event.number), event.at.iso8601, event.kind, event.actor,
                            String(decoding: event.detail, as: UTF8.self),
                        ]
                    }
                }
            }
        },
        find,
        Command(
            name: "order resolve", summary: "End an order's review by decision",
            details:
                "The decision, who made it and why stay in the order's history, which its merchant can read.",
            arguments: [orderID],
            options: [
                Command.Option(
                    name: "as", value: "OUTCOME",
                    help: Resolution.allCases.map(\.rawValue).joined(separator: ", ")
                        + ": what became of the money"),
                Command.Option(name: "why", value: "TEXT", help: "what the decision rests on"),
                Command.json,
            ],
            needs: needs
        ) { invocation in
            guard let word = invocation.options["as"], let outcome = Resolution(rawValue: word) else {
                Console.error(
                    "--as is missing or wrong: " + Resolution.allCases.map(\.rawValue).joined(separator: ", ")
                )
                return .usage
            }
            guard let why = invocation.options["why"], why.count <= 500 else {
                Console.error(
                    "--why is missing or too long: say in at most 500 characters what the decision rests on")
                return .usage
            }
            return Session.run(invocation) { session in
                let order = try await session.orders().resolve(
                    try id(invocation), as: outcome, by: Session.actor(invocation.environment), why: why)
                done("The order is \(order.state.rawValue).", OrderText.json(order), invocation)
            }
        },
    ]

    private static let find = Command(
        name: "order find", summary: "Find a payment that a customer claims to have made, at its provider",
        details: """
            HASH is the payment's number as the payer's app shows it: whole, or its first 8 characters with the amount and
            the currency. What is found is shown with the order that holds it, if one does.
            """,
        options: [
            Command.Option(name: "hash", value: "HASH", help: "the payment's number at the provider"),
            Command.Option(name: "amount", value: "AMOUNT", help: "what was paid; with a short HASH"),
            Command.Option(name: "currency", value: "CODE", help: "USD or KHR; with --amount"),
            Command.Option(
                name: "account", value: "ACCOUNT", help: "ask this account's provider alone; name or id"),
            Command.json,
        ],
        needs: needs
    ) { invocation in
        Session.run(invocation) { session in
            guard let hash = invocation.options["hash"] else {
                throw CommandFailure(.usage, "--hash is missing: the payment's number at the provider")
            }
            let amount = try amount(invocation)
            let desk = ProviderDesk(try await session.engine())
            var account: Identifier?
            if let name = invocation.options["account"] {
                account = try await find(account: name, session.administration()).id
            }
            let finding: ProviderDesk.Finding
            do throws(AdministrationError) {
                finding = try await desk.find(hash: hash, amount: amount, at: account)
            } catch {
                switch error {
                case .notFound:
                    throw CommandFailure(
                        .failed, "No provider knows such a payment: nothing was paid under this number.")
                case .invalid(let problems): throw mistakes(problems)
                default: throw error
                }
            }
            showOne(FindingText.json(finding), invocation)
            if !invocation.wantsJSON { Console.line(FindingText.advice(finding)) }
        }
    }

    private static func amount(_ invocation: Invocation) throws(CommandFailure) -> Money? {
        switch (invocation.options["amount"], invocation.options["currency"]) {
        case (nil, nil): return nil
        case (let text?, let code?):
            guard let currency = Currency(code: code.uppercased()) else {
                throw CommandFailure(.usage, "--currency must be a currency's code, such as USD")
            }
            do throws(Money.ParseError) { return try Money(decimal: text, currency) } catch {
                throw CommandFailure(
                    .usage, "--amount must be a number with at most \(currency.exponent) decimals")
            }
        default: throw CommandFailure(.usage, "--amount and --currency go together")
        }
    }

    private static func id(_ invocation: Invocation) throws(CommandFailure) -> Identifier {
        guard let id = Identifier(invocation.arguments[0], .transaction) else {
            throw CommandFailure(.usage, "ORDER must be an order's id: tx_ and 26 letters and digits")
        }
        return id
    }

    private static func query(
        _ invocation: Invocation, _ directory: Directory
    ) throws(CommandFailure) -> OrderQuery {
        var query = OrderQuery(merchant: nil)
        query.inReview = invocation.options["review"] != nil
        query.referenceNumber = invocation.options["reference"]
        if let text = invocation.options["merchant"] { query.merchant = try merchant(text, directory).id }
        if let text = invocation.options["method"] {
            guard let method = PaymentMethod(rawValue: text) else {
                let known = PaymentMethod.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--method must be one of: \(known)")
            }
            query.method = method
        }
        if let text = invocation.options["limit"] {
            guard let limit = Int(text), (1...100).contains(limit) else {
                throw CommandFailure(.usage, "--limit must be a whole number from 1 to 100")
            }
            query.limit = limit
        }
        if let text = invocation.options["after"] {
            guard let id = Identifier(text, .transaction) else {
                throw CommandFailure(.usage, "--after must be an order's id: tx_ and 26 letters and digits")
            }
            query.startingAfter = id
        }
        if let text = invocation.options["state"] {
            guard let state = OrderState(rawValue: text) else {
                let known = OrderState.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--state must be one of: \(known)")
            }
            query.state = state
        }
        return query
    }
}

extension Session {
    /// Orders, without a worker beside: what has to be sent is left to the serving processes.
    func orders() async throws -> OrdersFace { OrdersFace(try await engine()) }
}

/// Orders, with their errors in an operator's words.
struct OrdersFace: Sendable {
    private let orders: Orders

    init(_ engine: Engine) { orders = Orders(engine, agenda: Agenda()) }

    func list(_ query: OrderQuery) async throws(CommandFailure) -> OrderPage {
        do throws(OrderError) { return try await orders.list(query) } catch { throw Self.failure(error) }
    }

    func fetch(_ id: Identifier, merchant: Identifier?, refresh: Bool) async throws(CommandFailure)
        -> OrderView
    {
        do throws(OrderError) {
            return try await orders.fetch(id, merchant: merchant, refresh: refresh)
        } catch {
            throw Self.failure(error)
        }
    }

    func events(of id: Identifier, merchant: Identifier?) async throws(CommandFailure) -> [OrderEvent] {
        do throws(OrderError) { return try await orders.events(of: id, merchant: merchant) } catch {
            throw Self.failure(error)
        }
    }

    func resolve(
        _ id: Identifier, as outcome: Resolution, by actor: String, why: String
    ) async throws(CommandFailure) -> OrderView {
        do throws(OrderError) { return try await orders.resolve(id, as: outcome, by: actor, why: why) } catch
        {
            if case .conflict = error, let order = try? await fetch(id, merchant: nil, refresh: false),
                order.review == nil
            {
                throw CommandFailure(
                    .failed,
                    "The order is \(order.state.rawValue) and not in review: there is nothing to decide.")
            }
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: OrderError) -> CommandFailure {
        let text =
            switch error {
            case .notFound: "There is no such order."
            case .conflict(let state): "The order is \(state.rawValue): this cannot be done now."
            case .unavailable: "The database does not answer."
            default: "It was refused: \(error)"
            }
        return CommandFailure(.failed, text)
    }
}

/// A payment that was found at a provider, for operators: they look for its payer.
enum FindingText {
    static func json(_ finding: ProviderDesk.Finding) -> JSON {
        var object = finding.payment.json(account: finding.account)
        object["orders"] = .array(finding.orders.map(OrderText.json))
        return .object(object)
    }

    static func advice(_ finding: ProviderDesk.Finding) -> String {
        guard finding.payment.isToThisAccount else {
            return "It went to an account that is not ours here: nobody paid us with it."
        }
        guard let order = finding.orders.first else {
            return
                "No order holds it yet. Find the order of that amount with causeway order list, and ask for it with refresh=true."
        }
        return "It is the payment of \(order.id.text(.transaction)), which is \(order.state.rawValue)."
    }
}

/// An order for operators: without personal data.
enum OrderText {
    static func row(_ order: OrderView) -> [String] {
        [
            order.id.text(.transaction), order.createdAt.iso8601, order.state.rawValue, order.method.rawValue,
            order.amount.decimal, order.referenceNumber, order.review ?? "-",
        ]
    }

    static func json(_ order: OrderView) -> JSON {
        let text = { (value: String?) in value.map(JSON.string) ?? .null }
        return [
            "txnId": .string(order.id.text(.transaction)),
            "merchantId": .string(order.merchant.text(.merchant)),
            "appId": .string(order.app.text(.app)), "referenceNumber": .string(order.referenceNumber),
            "method": .string(order.method.rawValue), "currency": .string(order.amount.currency.code),
            "amount": .string(order.amount.decimal), "payable": text(order.payable?.decimal),
            "moved": text(order.moved?.decimal), "fee": text(order.fee?.decimal),
            "state": .string(order.state.rawValue),
            "review": text(order.review), "late": .bool(order.late), "reason": text(order.reason),
            "reasonDetail": text(order.reasonDetail),
            "accountId": text(order.account?.text(.providerAccount)),
            "attempts": .int(Int64(order.attempts)), "attemptReference": text(order.attemptReference),
            "providerReference": text(order.providerReference), "createdAt": .string(order.createdAt.iso8601),
            "updatedAt": .string(order.updatedAt.iso8601), "finishedAt": text(order.finishedAt?.iso8601),
            "expiresAt": text(order.expiresAt?.iso8601), "version": .int(Int64(order.version)),
        ]
    }

    static func json(_ event: OrderEvent) -> JSON {
        [
            "number": .int(Int64(event.number)), "at": .string(event.at.iso8601), "kind": .string(event.kind),
            "actor": .string(event.actor), "detail": (try? JSON.parse(event.detail)) ?? .null,
        ]
    }
}
