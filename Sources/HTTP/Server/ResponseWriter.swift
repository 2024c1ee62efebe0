/// Puts answers into bytes. Head and body go into one buffer, so that they leave in one send.
struct ResponseWriter {
    let output: OutputBuffer
    let date: [UInt8]
    /// The Server field line, or nothing.
    let server: [UInt8]

    /// Writes the whole answer, or where its status or fields cannot be sent says no and writes nothing.
    func write(_ response: Response, _ extra: [(name: String, value: String)], for exchange: Exchange) -> Bool
    {
        guard 200...599 ~= response.status else { return false }
        let start = output.count
        writeStatus(response.status)
        output.append(date)
        output.append(server)
        var isSendable = true
        if let type = response.contentType {
            output.append("Content-Type: ")
            isSendable = output.appendValue(type)
            output.append("\r\n")
        }
        for (name, value) in response.headers where isSendable && !isOwn(name) {
            isSendable = writeField(name, value)
        }
        for (name, value) in extra where isSendable { isSendable = writeField(name, value) }
        guard isSendable else {
            output.truncate(to: start)
            return false
        }
        writeEnd(response, exchange)
        return true
    }

    private func writeField(_ name: String, _ value: String) -> Bool {
        guard output.appendName(name) else { return false }
        output.append(": ")
        guard output.appendValue(value) else { return false }
        output.append("\r\n")
        return true
    }

    private func writeEnd(_ response: Response, _ exchange: Exchange) {
        output.append("X-Request-Id: ")
        if let head = exchange.head {
            head.withBytes(head.facts.identifier) { output.append($0) }
        } else {
            output.append(exchange.number)
        }
        output.append("\r\n")
        // RFC 9110 section 8.6: a 204 has no Content-Length; a 304 may have one, of the content it does not send.
        let hasContent = response.status != 204 && response.status != 304
        if hasContent {
            output.append("Content-Length: ")
            output.append(decimal: response.body.count)
            output.append("\r\n")
        }
        if !exchange.keepsAlive {
            output.append("Connection: close\r\n")
        } else if exchange.minorVersion == 0 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
        if hasContent, !exchange.isHead { output.append(response.body) }
    }

    private func writeStatus(_ status: Int) {
        if status == 200 { return output.append("HTTP/1.1 200 OK\r\n") }
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(" ")
        output.append(Reason.phrase(status))
        output.append("\r\n")
    }

    /// The fields that only the server knows to be true.
    private func isOwn(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: return name.lowercased() == "date"
        case 10: return name.lowercased() == "connection"
        case 12: return name.lowercased() == "x-request-id"
        case 14: return name.lowercased() == "content-length"
        case 17: return name.lowercased() == "transfer-encoding"
        default: return false
        }
    }
}
