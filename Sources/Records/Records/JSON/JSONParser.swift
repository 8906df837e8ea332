/// Reads a JSON text into the entries of ``JSONText``.
struct JSONParser {
  /// Values within values within values.
  static let depthLimit = 256
  /// Entries beside the elements of arrays of whole numbers: what hundreds of thousands of rounds need, and bounded memory.
  static let nodeLimit = 1 << 25

  private let bytes: [UInt8]
  private var at = 0
  private var nodes: [JSONText.Node] = []

  /// Whether elements of arrays of whole numbers have entries of their own too.
  private let spreadsIntegers: Bool

  init(_ bytes: [UInt8], spreadsIntegers: Bool = false) {
    self.bytes = bytes
    self.spreadsIntegers = spreadsIntegers
  }

  /// The entries of the whole text.
  mutating func parse() throws(JSONFault) -> [JSONText.Node] {
    guard bytes.count < Int(UInt32.max) else { throw fault("it is longer than 4 GiB") }
    // A mark of the byte order, which some editors write.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
    skipSpace()
    try value(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw fault("something follows its end") }
    return nodes
  }

  private func fault(_ reason: String) -> JSONFault { JSONFault(reason: reason, offset: at) }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

  private static func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
  }

  /// Appends an entry that nothing is inside of.
  private mutating func add(_ kind: JSONText.Kind, _ start: Int, _ end: Int, count: Int = 0) throws(JSONFault) {
    guard nodes.count < Self.nodeLimit else { throw fault("it has more than \(Self.nodeLimit) values") }
    nodes.append(
      .init(
        kind: kind, start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1), count: UInt32(count)))
  }

  private mutating func value(depth: Int) throws(JSONFault) {
    guard depth < Self.depthLimit else { throw fault("it nests deeper than \(Self.depthLimit)") }
    guard let byte else { throw fault("it ends too early") }
    switch byte {
    case UInt8(ascii: "{"): try object(depth)
    case UInt8(ascii: "["): try array(depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try word("true", .yes)
    case UInt8(ascii: "f"): try word("false", .no)
    case UInt8(ascii: "n"): try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: throw fault("a value begins with a character that none begins with")
    }
  }

  private mutating func word(_ text: String, _ kind: JSONText.Kind) throws(JSONFault) {
    let end = at + text.utf8.count
    guard end <= bytes.count, bytes[at..<end].elementsEqual(text.utf8) else { throw fault("a word is unknown") }
    try add(kind, at, end)
    at = end
  }

  private mutating func object(_ depth: Int) throws(JSONFault) {
    let node = nodes.count
    try add(.object, at, at)
    at += 1
    skipSpace()
    var keys: [Int] = []
    if byte != UInt8(ascii: "}") {
      while true {
        guard byte == UInt8(ascii: "\"") else { throw fault("a key of an object is missing") }
        keys.append(nodes.count)
        try string()
        skipSpace()
        guard byte == UInt8(ascii: ":") else { throw fault("a colon is missing") }
        at += 1
        skipSpace()
        try value(depth: depth + 1)
        skipSpace()
        guard byte == UInt8(ascii: ",") else { break }
        at += 1
        skipSpace()
      }
    }
    guard byte == UInt8(ascii: "}") else { throw fault("an object does not end") }
    at += 1
    try refuseTwins(keys)
    close(node, count: keys.count)
  }

  private mutating func array(_ depth: Int) throws(JSONFault) {
    if !spreadsIntegers {
      let isDone = try integers()
      if isDone { return }
    }
    let node = nodes.count
    try add(.array, at, at)
    at += 1
    skipSpace()
    var count = 0
    if byte != UInt8(ascii: "]") {
      while true {
        try value(depth: depth + 1)
        count += 1
        skipSpace()
        guard byte == UInt8(ascii: ",") else { break }
        at += 1
        skipSpace()
        guard byte != UInt8(ascii: "]") else { throw fault("a comma is the last of an array") }
      }
    }
    guard byte == UInt8(ascii: "]") else { throw fault("an array does not end") }
    at += 1
    close(node, count: count)
  }

  private mutating func close(_ node: Int, count: Int) {
    nodes[node].end = UInt32(at)
    nodes[node].next = UInt32(nodes.count)
    nodes[node].count = UInt32(count)
  }

  /// Reads an array of whole numbers of at most 18 digits, which need no look of their own; false, and nothing is read, for
  /// others.
  private mutating func integers() throws(JSONFault) -> Bool {
    var place = at + 1
    var count = 0
    var hasSpace = false
    while true {
      while place < bytes.count, Self.isSpace(bytes[place]) { (place, hasSpace) = (place + 1, true) }
      if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
      let first = place
      while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 { place += 1 }
      let digits = place - first
      // Leading zeros are not allowed, which the usual way says.
      guard digits > 0, digits <= 18, digits == 1 || bytes[first] != UInt8(ascii: "0") else { return false }
      // Its sign makes it no whole number.
      if digits == 1, bytes[first] == UInt8(ascii: "0"), bytes[first - 1] == UInt8(ascii: "-") { return false }
      count += 1
      while place < bytes.count, Self.isSpace(bytes[place]) { (place, hasSpace) = (place + 1, true) }
      guard place < bytes.count else { return false }
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: ",") { continue }
      guard byte == UInt8(ascii: "]") else { return false }
      try add(hasSpace ? .spacedIntegers : .integers, at, place, count: count)
      at = place
      return true
    }
  }

  private mutating func number() throws(JSONFault) {
    let start = at
    if byte == UInt8(ascii: "-") { at += 1 }
    if byte == UInt8(ascii: "0") {
      at += 1
    } else {
      try digits()
    }
    if byte == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      at += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    guard !Self.isDigit(byte) else { throw fault("a number begins with 0 and goes on") }
    // Longer ones are nobody's figures, and take long to convert.
    guard at - start <= 400 else { throw fault("a number has \(at - start) characters") }
    try add(.number, start, at)
  }

  private mutating func digits() throws(JSONFault) {
    guard Self.isDigit(byte) else { throw fault("a digit of a number is missing") }
    while Self.isDigit(byte) { at += 1 }
  }

  private mutating func string() throws(JSONFault) {
    at += 1
    let start = at
    var (hasEscapes, isASCII) = (false, true)
    while true {
      guard let byte else { throw fault("a text does not end") }
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 32 else { throw fault("a text has a bare control character") }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        at += 1
      } else if byte >= 128 {
        isASCII = false
      }
      at += 1
    }
    let slice = bytes[start..<at]
    if hasEscapes {
      guard JSONEscapes.text(slice) != nil else { throw fault("a text has an escape that means nothing") }
    } else if !isASCII, String(validating: slice, as: UTF8.self) == nil {
      throw fault("a text is not UTF-8")
    }
    try add(hasEscapes ? .escapedString : .string, start, at)
    at += 1
  }

  /// Readers differ in which of two members of one name they take: such a text says two things at once.
  ///
  /// Names that only differ in how their accents are spelled are one name, as they are to Swift's dictionaries.
  private func refuseTwins(_ keys: [Int]) throws(JSONFault) {
    func text(_ node: Int) -> ArraySlice<UInt8> { bytes[Int(nodes[node].start)..<Int(nodes[node].end)] }
    func isPlain(_ node: Int) -> Bool { nodes[node].kind == .string && text(node).allSatisfy { $0 < 128 } }
    guard keys.count > 1 else { return }
    if keys.count <= 24, keys.allSatisfy(isPlain) {
      for (place, key) in keys.enumerated() {
        for other in keys[..<place] where nodes[other].end - nodes[other].start == nodes[key].end - nodes[key].start {
          guard text(other) != text(key) else { throw twin(text(key)) }
        }
      }
      return
    }
    var seen: Set<String> = []
    for key in keys {
      let name =
        nodes[key].kind == .string
        ? String(decoding: text(key), as: UTF8.self) : JSONEscapes.text(text(key)) ?? ""
      guard seen.insert(name).inserted else { throw twin(name.utf8.prefix(64)) }
    }
  }

  private func twin(_ key: some Collection<UInt8>) -> JSONFault {
    fault("the key `\(String(decoding: key.prefix(64), as: UTF8.self))` is there twice in one object")
  }
}
