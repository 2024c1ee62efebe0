import Foundation

/// A page of which a part is generated.
enum Page {
    private static let begin = "<!-- From here to the end mark: written by make simulate. -->\n"
    private static let end = "<!-- End of what make simulate writes. -->\n"

    /// The page at a path, with what stands between its marks replaced; nothing where it or a mark is missing.
    static func replacing(_ part: String, in path: String) -> String? {
        guard let page = try? String(contentsOfFile: path, encoding: .utf8),
            let start = page.range(of: begin), let stop = page.range(of: end),
            start.upperBound <= stop.lowerBound
        else { return nil }
        return page[..<start.upperBound] + part + page[stop.lowerBound...]
    }
}
