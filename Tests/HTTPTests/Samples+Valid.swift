extension Sample {
    static let valid: [Sample] = [
        Sample("the least request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /"),
        Sample("no blank after the colon", "GET / HTTP/1.1\r\nHost:a\r\n\r\n", "GET /"),
        Sample("blanks around a value", "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n", "GET /"),
        Sample("an empty value", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\nY: \r\n\r\n", "GET /"),
        Sample(
            "bytes above ASCII in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{E9}\u{FF}\r\n\r\n", "GET /"),
        Sample("a tab inside a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n", "GET /"),
        Sample("one empty line before the request", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /"),
        Sample("a query", "GET /a/b?c=d&e=%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a/b?c=d&e=%zz"),
        Sample("an empty query", "GET /? HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?"),
        Sample("absolute form", "GET http://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n", "GET /c?d"),
        Sample("absolute form without a path", "GET HTTP://b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /"),
        Sample("absolute form, query alone", "GET https://b?d HTTP/1.1\r\nHost: a\r\n\r\n", "GET /?d"),
        Sample("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *"),
        Sample("a method nobody knows", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH /"),
        Sample("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", "GET /"),
        Sample("HTTP/1.0 with a body", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", "POST / hi"),
        Sample("a later minor version", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "GET /"),
        Sample("a port", "GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n", "GET /"),
        Sample("an empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "GET /"),
        Sample("an IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /"),
        Sample(
            "a sized body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "POST / hello"),
        Sample("a body of nothing", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST /"),
        Sample("no length is no body", "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /"),
        Sample(
            "zeros before a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 002\r\n\r\nhi",
            "POST / hi"),
        Sample("a body on GET", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "GET / hi"),
        Sample(
            "an expectation",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi", "POST / hi"),
        Sample("HTTP/1.0 expects nothing", "GET / HTTP/1.0\r\nExpect: magic\r\n\r\n", "GET /"),
        chunked("chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
        chunked("no chunk", "0\r\n\r\n", ""),
        chunked(
            "hexadecimal sizes of both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
            "01234567890123456789"),
        chunked("zeros before a size", "0002\r\nhi\r\n000\r\n\r\n", "hi"),
        chunked("extensions", "2;a;b=c;d=\"e;\\\"f\"\r\nhi\r\n0;last\r\n\r\n", "hi"),
        chunked("a trailer", "2\r\nhi\r\n0\r\nX: y\r\nZ:\r\n\r\n", "hi"),
        chunked("line ends as data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"),
        Sample(
            "a coding in capitals",
            "POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: ChunKed\r\n\r\n0\r\n\r\n", "POST /"),
        Sample(
            "an empty list element",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , chunked\r\n\r\n0\r\n\r\n", "POST /"),
        Sample(
            "three in a row",
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /1", "POST /2 x", "GET /3"),
        Sample(
            "chunks before another request",
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /1 x", "GET /2"),
        Sample(
            "an empty line between requests",
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /1", "GET /2"),
    ]

    private static func chunked(_ name: String, _ framed: String, _ body: String) -> Sample {
        Sample(
            name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(framed)",
            "POST / \(body)")
    }
}
