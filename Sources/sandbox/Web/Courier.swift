internal import CCurl
internal import Dispatch

/// What the other side answered to a callback.
struct DeliveryResult: Sendable {
    /// The HTTP status; 0 where there was no answer.
    var status: Int
    var body: [UInt8]
    /// libcurl's words where the exchange failed; empty otherwise.
    var problem = ""
}

/// Posts callbacks, a few at a time, each lane keeping its connection.
final class Courier: Sendable {
    private let lanes: [Lane]
    private let waiting: Locked<[Int]>

    init(lanes count: Int = 16) {
        lanes = (0..<count).map { _ in Lane() }
        waiting = Locked(Array(repeating: 0, count: count))
    }

    func post(_ body: [UInt8], to url: String, completion: @escaping @Sendable (DeliveryResult) -> Void) {
        // The emptiest lane: a receiver that hangs holds up one lane alone.
        let index = waiting.withLock { waiting in
            let index = waiting.indices.min { waiting[$0] < waiting[$1] } ?? 0
            waiting[index] += 1
            return index
        }
        lanes[index].post(body, to: url) { result in
            self.waiting.withLock { $0[index] -= 1 }
            completion(result)
        }
    }

    /// The same, waiting for the answer.
    func postAndWait(_ body: [UInt8], to url: String) -> DeliveryResult {
        let done = DispatchSemaphore(value: 0)
        let answer = Locked<DeliveryResult?>(nil)
        post(body, to: url) { result in
            answer.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return answer.withLock { $0 } ?? DeliveryResult(status: 0, body: [], problem: "no result")
    }
}

/// One blocking libcurl handle on a serial queue.
private final class Lane: @unchecked Sendable {
    // The handle is touched on the queue alone.
    private let queue = DispatchQueue(label: "callbacks")
    private let handle = curl_easy_init()

    private final class Sink {
        var bytes: [UInt8] = []
    }

    // What is queued holds the lane: nothing uses the handle any more.
    deinit { curl_easy_cleanup(handle) }

    func post(_ body: [UInt8], to url: String, completion: @escaping @Sendable (DeliveryResult) -> Void) {
        queue.async { completion(self.exchange(body, url)) }
    }

    private func exchange(_ body: [UInt8], _ url: String) -> DeliveryResult {
        guard let handle else { return DeliveryResult(status: 0, body: [], problem: "no curl handle") }
        curl_easy_reset(handle)
        let sink = Sink()
        var headers = curl_slist_append(nil, "Content-Type: application/json")
        headers = curl_slist_append(headers, "Expect:")
        defer { curl_slist_free_all(headers) }
        _ = causeway_setopt_string(handle, CURLOPT_URL, url)
        _ = causeway_setopt_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = causeway_setopt_string(handle, CURLOPT_PROXY, "")
        _ = causeway_setopt_list(handle, CURLOPT_HTTPHEADER, headers)
        _ = causeway_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = causeway_setopt_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 3_000)
        _ = causeway_setopt_long(handle, CURLOPT_TIMEOUT_MS, 10_000)
        _ = causeway_setopt_large(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        _ = causeway_setopt_data_callback(handle, CURLOPT_WRITEFUNCTION, Self.receive)
        _ = causeway_setopt_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(sink).toOpaque())
        let code = body.withUnsafeBufferPointer { buffer in
            _ = causeway_setopt_pointer(
                handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else {
            return DeliveryResult(status: 0, body: [], problem: String(cString: curl_easy_strerror(code)))
        }
        var status = 0
        _ = causeway_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return DeliveryResult(status: status, body: sink.bytes)
    }

    private static let receive: causeway_data_callback = { data, size, count, context in
        guard let data, let context else { return 0 }
        let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
        guard sink.bytes.count + bytes.count <= 64 * 1024 else { return 0 }
        sink.bytes.append(contentsOf: bytes)
        return bytes.count
    }
}
