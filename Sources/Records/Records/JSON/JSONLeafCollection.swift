/// Collects the leaves of a text.
struct JSONLeafCollection {
  private let text: JSONText
  /// What was found, in the order of the text.
  private(set) var leaves: [JSONLeaf] = []
  /// The bytes that may still be spent. A long key around many figures is in the path of each: a file of two megabytes could
  /// take more memory than there is.
  private var room: Int

  init(_ text: JSONText, room: Int = 512 << 20) {
    self.text = text
    self.room = room
  }

  /// Collects the leaves of a value; false where there is no room for them.
  mutating func collect(_ node: Int, at path: String) -> Bool {
    guard take(path) else { return false }
    switch text.nodes[node].kind {
    case .object where text.nodes[node].count > 0:
      let outer = path.isEmpty ? "" : path + "."
      return text.members(node).allSatisfy { collect($0.value, at: outer + (text.string($0.key) ?? "")) }
    case .array where text.nodes[node].count > 0:
      let elements = text.elements(node)
      let ids = elements.compactMap { text.value(of: "id", in: $0).flatMap(text.string) }
      let names = Set(ids).count == elements.count ? ids : elements.indices.map { "\($0)" }
      return zip(elements, names).allSatisfy { collect($0, at: "\(path)[\($1)]") }
    case .integers, .spacedIntegers:
      for (place, value) in (text.integers(node, as: Int64.self)?.values ?? []).enumerated() {
        guard take(path) else { return false }
        add(.number(Double(value)), at: "\(path)[\(place)]")
      }
    case .number: add(.number(JSONNumber.double(text.slice(node)) ?? .infinity), at: path)
    case .string, .escapedString: add(.text(text.string(node) ?? ""), at: path)
    case .yes, .no, .null, .object, .array:
      add(.word(String(decoding: text.slice(node).filter { $0 > 32 }, as: UTF8.self)), at: path)
    }
    return true
  }

  private mutating func add(_ value: JSONLeaf.Value, at path: String) {
    leaves.append(JSONLeaf(path: path, value: value))
  }

  private mutating func take(_ path: String) -> Bool {
    room -= path.utf8.count + MemoryLayout<JSONLeaf>.size
    return room >= 0
  }
}
