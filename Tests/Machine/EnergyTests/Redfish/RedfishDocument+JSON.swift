import Foundation

@testable import Energy

extension RedfishDocument {
  /// Reads a document.
  init(json: String) throws { self = try JSONDecoder().decode(RedfishDocument.self, from: Data(json.utf8)) }
}
