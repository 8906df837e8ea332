/// A JSON text (RFC 8259) that was read once: all of its values in one flat list, in the order of the text.
///
/// Records are long lists of whole numbers with a little around them. Such a list is one entry here, so that a million
/// latencies cost a pass over their digits; `JSONDecoder` takes a second for them.
final class JSONText: Sendable {
  /// The text in UTF-8.
  let bytes: [UInt8]
  /// Every value and every key, each before what it contains; the document is the first.
  let nodes: [Node]

  /// One value, or a key.
  struct Node: Hashable, Sendable {
    /// What it is.
    let kind: Kind
    /// Where its text begins; of texts after the quote.
    let start: UInt32
    /// Where its text ends; of texts before the quote.
    var end: UInt32
    /// The first entry that is not inside of it.
    var next: UInt32
    /// Members of an object, elements of an array.
    var count: UInt32
  }

  /// Kinds of values.
  enum Kind: UInt8, Sendable {
    /// Its members follow, each a key and a value.
    case object
    /// Its elements follow.
    case array
    /// An array of whole numbers of at most 18 digits, without white space: no entries follow.
    case integers
    /// The same with white space.
    case spacedIntegers
    /// A text without escapes.
    case string
    /// A text with escapes, which are known to be right.
    case escapedString
    /// A number.
    case number
    /// `true`.
    case yes
    /// `false`.
    case no
    /// `null`.
    case null
  }

  /// Reads a text.
  ///
  /// - Throws: ``JSONFault`` where it is none, or nests too deeply, or says a key twice in one object.
  convenience init(_ bytes: [UInt8]) throws(JSONFault) { try self.init(bytes, spreadsIntegers: false) }

  private init(_ bytes: [UInt8], spreadsIntegers: Bool) throws(JSONFault) {
    var parser = JSONParser(bytes, spreadsIntegers: spreadsIntegers)
    nodes = try parser.parse()
    self.bytes = bytes
  }

  /// An array of whole numbers as a text of its own, in which every element has an entry.
  func spreadingIntegers(_ node: Int) throws(JSONFault) -> JSONText {
    try JSONText(Array(slice(node)), spreadsIntegers: true)
  }

  /// The text of a value; of texts without the quotes.
  func slice(_ node: Int) -> ArraySlice<UInt8> { bytes[Int(nodes[node].start)..<Int(nodes[node].end)] }

  /// A text or a key without its escapes; nil for other kinds.
  func string(_ node: Int) -> String? {
    switch nodes[node].kind {
    case .string: String(decoding: slice(node), as: UTF8.self)
    case .escapedString: JSONEscapes.text(slice(node))
    default: nil
    }
  }

  /// The members of an object, in the order of the text: keys and values by their places in ``nodes``.
  func members(_ node: Int) -> [(key: Int, value: Int)] {
    guard nodes[node].kind == .object else { return [] }
    var members: [(key: Int, value: Int)] = []
    members.reserveCapacity(Int(nodes[node].count))
    var at = node + 1
    while at < Int(nodes[node].next) {
      members.append((at, at + 1))
      at = Int(nodes[at + 1].next)
    }
    return members
  }

  /// The elements of an array that has entries of its own; empty for other kinds.
  func elements(_ node: Int) -> [Int] {
    guard nodes[node].kind == .array else { return [] }
    var elements: [Int] = []
    elements.reserveCapacity(Int(nodes[node].count))
    var at = node + 1
    while at < Int(nodes[node].next) {
      elements.append(at)
      at = Int(nodes[at].next)
    }
    return elements
  }

  /// The value of a key of an object; nil where it has none.
  func value(of key: String, in node: Int) -> Int? {
    members(node).first { isKey($0.key, key) }?.value
  }

  /// Whether a key reads `text`, scalar by scalar: `==` would take the sign of kelvins for a K.
  func isKey(_ node: Int, _ text: String) -> Bool {
    nodes[node].kind == .string
      ? slice(node).elementsEqual(text.utf8) : string(node)?.utf8.elementsEqual(text.utf8) == true
  }

  /// An array of whole numbers; nil for other kinds. Where `T` cannot hold one of them, `failed` says which.
  func integers<T: FixedWidthInteger>(_ node: Int, as type: T.Type) -> (values: [T], failed: Int?)? {
    let entry = nodes[node]
    guard entry.kind == .integers || entry.kind == .spacedIntegers else { return nil }
    var values: [T] = []
    values.reserveCapacity(Int(entry.count))
    var value: Int64 = 0
    var isNegative = false
    // From after the bracket to the one that closes.
    for at in Int(entry.start) + 1..<Int(entry.end) {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: ","), UInt8(ascii: "]"):
        guard let number = T(exactly: isNegative ? -value : value) else { return (values, values.count) }
        values.append(number)
        (value, isNegative) = (0, false)
      default: break
      }
    }
    return (values, nil)
  }
}
