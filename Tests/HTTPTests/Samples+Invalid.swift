extension Sample {
    static let invalid = lines + hosts + fields + framing + chunks

    private static let lines: [Sample] = [
        Sample("bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        Sample("bare line feed after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
        Sample("bare line feed as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        Sample("bare carriage return in the request line", "GET /\rX HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("two carriage returns", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
        Sample("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("bare line feed first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a blank first", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a TLS handshake", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", 400),
        Sample("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Sample("HTTP/0.9", "GET /\r\n", 400),
        Sample("HTTP/0.9 by number", "GET / HTTP/0.9\r\n\r\n", 505),
        Sample("HTTP/1.32", "GET / HTTP/1.32\r\nHost: a\r\n\r\n", 400),
        Sample("HTTP/11.1", "GET / HTTP/11.1\r\nHost: a\r\n\r\n", 400),
        Sample("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        Sample("HTTP/1", "GET / HTTP/1\r\nHost: a\r\n\r\n", 400),
        Sample("HTTP/1.", "GET / HTTP/1.\r\nHost: a\r\n\r\n", 400),
        Sample("HTTP/1,1", "GET / HTTP/1,1\r\nHost: a\r\n\r\n", 400),
        Sample("http in small letters", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a blank after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        Sample("two blanks before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("two blanks before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a tab for a blank", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("no method", "/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a method with a comma", "G,T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
        Sample("asterisk form of GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("NUL in the target", "GET /\u{00} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a raw byte in the target", "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("quotes in the target", "GET /\"a\" HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("a backslash in the target", "GET /\\a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("absolute form without a host", "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sample("userinfo in absolute form", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ]

    private static let hosts: [Sample] = [
        Sample("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        Sample("no Host with absolute form", "GET http://a/ HTTP/1.1\r\n\r\n", 400),
        Sample("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        Sample("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", 400),
        host("nothing", ""), host("userinfo", "u:p@a"), host("a list", "a, b"), host("a comma", "a,b"),
        host("a path", "a/b"), host("a bad port", "a:80x"), host("a large port", "a:65536"),
        host("a long port", "a:000080"), host("two ports", "a:1:2"), host("an open bracket", "[::1"),
        host("a bare IPv6 address", "::1"), host("letters in brackets", "[xyz::]"), host("no name", ":80"),
        host("a blank", "a b"), host("bad escapes", "a%2"), host("something after brackets", "[::1]a"),
        host("a raw byte", "\u{E9}"),
    ]

    private static func host(_ name: String, _ value: String) -> Sample {
        Sample("\(name) as Host", "GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n", 400)
    }

    private static let fields: [Sample] = [
        field("a blank before the colon", "X : y"), field("a tab before the colon", "X\t: y"),
        field("a folded line", "X: y\r\n z"), field("a line folded with a tab", "X: y\r\n\tz"),
        field("no colon", "X"), field("no name", ": y"), field("a name with a slash", "X/Y: z"),
        field("a raw byte in a name", "\u{E9}: z"), field("NUL in a name", "X\u{00}Y: z"),
        field("NUL in a value", "X: \u{00}"), field("a control byte in a value", "X: a\u{01}b"),
        field("DEL in a value", "X: a\u{7F}b"), field("bare carriage return in a value", "X: a\rb"),
        field("an escape in a value", "X: \u{1B}[1m"), field("another expectation", "Expect: a", 417),
        field("two expectations", "Expect: 100-continue, a", 417), field("no expectation", "Expect:", 417),
        Sample("a folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ]

    private static func field(_ name: String, _ line: String, _ status: Int = 400) -> Sample {
        Sample(name, "GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", status)
    }

    private static let framing: [Sample] = [
        framed("two lengths", "Content-Length: 1\r\nContent-Length: 2"),
        framed("one length twice", "Content-Length: 1\r\nContent-Length: 1"),
        framed("a list of lengths", "Content-Length: 1, 1"), framed("a signed length", "Content-Length: +1"),
        framed("a negative length", "Content-Length: -1"),
        framed("a hexadecimal length", "Content-Length: 0x1"),
        framed("a length with a point", "Content-Length: 1.0"), framed("an empty length", "Content-Length:"),
        framed("a length of two words", "Content-Length: 1 1"),
        framed("a length beyond 64 bits", "Content-Length: 99999999999999999999", 413),
        framed("a length that wraps to 1", "Content-Length: 18446744073709551617", 413),
        framed("a length of 2^63", "Content-Length: 9223372036854775808", 413),
        framed("length and coding", "Content-Length: 1\r\nTransfer-Encoding: chunked"),
        framed("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 1"),
        framed("length and an unknown coding", "Content-Length: 1\r\nTransfer-Encoding: x"),
        framed("an unknown coding", "Transfer-Encoding: xchunked", 501),
        framed("identity", "Transfer-Encoding: identity", 501),
        framed("gzip", "Transfer-Encoding: gzip", 501),
        framed("gzip and chunked", "Transfer-Encoding: gzip, chunked", 501),
        framed("gzip and chunked on two lines", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", 501),
        framed("chunked and gzip", "Transfer-Encoding: chunked, gzip"),
        framed("chunked twice", "Transfer-Encoding: chunked, chunked"),
        framed("chunked on two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        framed("chunked with a parameter", "Transfer-Encoding: chunked;a=b", 501),
        framed("chunked in quotes", "Transfer-Encoding: \"chunked\"", 501),
        framed("a vertical tab before chunked", "Transfer-Encoding: \u{0B}chunked"),
        framed("no coding", "Transfer-Encoding:"),
        Sample("a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ]

    private static func framed(_ name: String, _ lines: String, _ status: Int = 400) -> Sample {
        Sample(name, "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n0\r\n\r\n", status)
    }

    private static let chunks: [Sample] = [
        chunk("no size", "\r\nhi\r\n0\r\n\r\n"), chunk("an x in the size", "0x2\r\nhi\r\n0\r\n\r\n"),
        chunk("a sign", "+2\r\nhi\r\n0\r\n\r\n"), chunk("a negative size", "-2\r\nhi\r\n0\r\n\r\n"),
        chunk("a blank before the size", " 2\r\nhi\r\n0\r\n\r\n"),
        chunk("a blank after the size", "2 \r\nhi\r\n0\r\n\r\n"),
        chunk("junk after the size", "2g\r\nhi\r\n0\r\n\r\n"),
        chunk("an underscore", "2_0\r\nhi\r\n0\r\n\r\n"),
        chunk("a size beyond 64 bits", "10000000000000002\r\nhi\r\n0\r\n\r\n"),
        chunk("a size of 2^63", "8000000000000000\r\nhi\r\n0\r\n\r\n", 413),
        chunk("a size of all ones", "FFFFFFFFFFFFFFFF\r\nhi\r\n0\r\n\r\n", 413),
        chunk("zeros without end", "00000000000000002\r\nhi\r\n0\r\n\r\n"),
        chunk("bare line feed after the size", "2\nhi\r\n0\r\n\r\n"),
        chunk("bare line feed in an extension", "2;a\nhi\r\n0\r\n\r\n"),
        chunk("bare carriage return in an extension", "2;a\rb\r\nhi\r\n0\r\n\r\n"),
        chunk("bare line feed after the data", "2\r\nhi\n0\r\n\r\n"),
        chunk("no line end after the data", "2\r\nhi0\r\n\r\n"),
        chunk("data longer than the size", "2\r\nhixy\r\n0\r\n\r\n"),
        chunk("data shorter than the size", "4\r\nhi\r\n0\r\n\r\n"),
        chunk("carriage return alone after the data", "2\r\nhi\rX0\r\n\r\n"),
        chunk("bare line feed after the last", "2\r\nhi\r\n0\n\r\n"),
        chunk("bare line feed as the end", "2\r\nhi\r\n0\r\n\n"),
        chunk("an extension without a name", "2;\r\nhi\r\n0\r\n\r\n"),
        chunk("an extension without a value", "2;a=\r\nhi\r\n0\r\n\r\n"),
        chunk("an open quote", "2;a=\"b\r\nhi\r\n0\r\n\r\n"),
        chunk("a blank in an extension", "2; a\r\nhi\r\n0\r\n\r\n"),
        chunk("NUL in an extension", "2;a=\"\u{00}\"\r\nhi\r\n0\r\n\r\n"),
        chunk("a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        chunk("a trailer without a colon", "0\r\nA\r\n\r\n"),
        chunk("a length in the trailer", "0\r\nContent-Length: 1\r\n\r\n"),
        chunk("a coding in the trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        chunk("a host in the trailer", "0\r\nHost: b\r\n\r\n"),
        chunk("a request for a trailer", "0\r\nGET / HTTP/1.1\r\n\r\n"),
    ]

    private static func chunk(_ name: String, _ body: String, _ status: Int = 400) -> Sample {
        Sample(
            "chunks: \(name)", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)",
            status)
    }
}
