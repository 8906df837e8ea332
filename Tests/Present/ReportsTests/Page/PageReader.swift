import Foundation
import FoundationXML
import Testing

/// A page's elements in order.
struct PageContent: Sendable {
  /// An element with the text that lies in it, at any depth.
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
    /// Names of the elements around it, the outermost first.
    let path: [String]
  }

  let elements: [Element]

  /// All of a name.
  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The texts of all of a name.
  func texts(_ name: String) -> [String] { all(name).map(\.text) }
}

/// Reads pages. They are written so that they are XML too: what a hostile text broke would not be.
final class PageReader: NSObject, XMLParserDelegate {
  private var elements: [PageContent.Element] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(PageContent.Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
    open.append(elements.count - 1)
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for index in open { elements[index].text += text }
  }

  /// Reads a page; what is not well-formed is an issue.
  static func read(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> PageContent {
    let reader = PageReader()
    // The script is no XML; it has a test of its own.
    let start = try #require(html.range(of: "<script>"), sourceLocation: sourceLocation)
    let end = try #require(html.range(of: "</script>", options: .backwards), sourceLocation: sourceLocation)
    let page = html.replacingCharacters(in: start.upperBound..<end.lowerBound, with: "")
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = reader
    #expect(
      parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))",
      sourceLocation: sourceLocation)
    return PageContent(elements: reader.elements)
  }
}
