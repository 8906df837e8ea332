import Foundation
import FoundationXML
import Testing

/// Counts a picture's elements by name and class and keeps texts.
final class SVGReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String], text: String)] = []
  private var isInside = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes, ""))
    isInside = true
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { isInside = false }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    // Not the line feeds between elements.
    if isInside, !elements.isEmpty { elements[elements.count - 1].text += text }
  }

  func texts(_ style: String) -> [(name: String, attributes: [String: String], text: String)] {
    elements.filter { $0.name == "text" && $0.attributes["class"] == style }
  }

  /// Reads a picture; what is not XML is an issue.
  static func read(_ svg: String) throws -> SVGReader {
    let reader = SVGReader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
  }
}
