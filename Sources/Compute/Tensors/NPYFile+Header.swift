/// What the header of a `.npy` file says: a Python dictionary of three entries.
struct NPYHeader {
  let elementType: ElementType
  let isFortranOrder: Bool
  let shape: Shape

  /// Parses the header's text.
  ///
  /// Only the literals that NumPy writes are understood: a quoted text, `True` or `False`, and a tuple of numbers.
  init(text: [UInt8], path: String) throws(NPYError) {
    func fail(_ reason: String) -> NPYError { NPYError(.damaged, path, reason) }
    var scanner = Scanner(bytes: text)
    var (code, order, dims): (String?, Bool?, [Int]?) = (nil, nil, nil)
    guard scanner.take("{") else { throw fail("its header is not a dictionary") }
    while !scanner.take("}") {
      guard let key = scanner.quoted(), scanner.take(":") else { throw fail("its header is not a dictionary") }
      switch key {
      case "descr" where code == nil:
        guard let value = scanner.quoted() else { throw fail("its element type is no plain one; records are not read") }
        code = value
      case "fortran_order" where order == nil:
        order = scanner.word("True") ? true : scanner.word("False") ? false : nil
        guard order != nil else { throw fail("its fortran_order is neither True nor False") }
      case "shape" where dims == nil:
        guard let value = scanner.tuple() else { throw fail("its shape is not a tuple of whole numbers") }
        dims = value
      default: throw fail("its header has an unknown or repeated entry")
      }
      if !scanner.take(",") {
        guard scanner.take("}") else { throw fail("its header is not a dictionary") }
        break
      }
    }
    guard scanner.isAtEnd else { throw fail("its header goes on behind the dictionary") }
    guard let code, let order, let dims else { throw fail("its header lacks descr, fortran_order or shape") }
    guard let elementType = ElementType(npyCode: code) else {
      throw fail("its element type is not one of little-endian floats, integers and booleans")
    }
    guard let shape = Shape(checking: dims) else {
      throw fail("its shape has more elements than memory can be addressed")
    }
    self.elementType = elementType
    isFortranOrder = order
    self.shape = shape
  }

  /// Reads the few tokens that such a dictionary has; blanks before each are skipped.
  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    private mutating func skipBlanks() {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return position == bytes.count
      }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func word(_ text: String) -> Bool {
      skipBlanks()
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    mutating func quoted() -> String? {
      skipBlanks()
      guard position < bytes.count, [0x22, 0x27].contains(bytes[position]) else { return nil }
      let quote = bytes[position]
      guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
      let text = bytes[(position + 1)..<end]
      position = end + 1
      return text.count <= 32 && text.allSatisfy { (0x20..<0x7F).contains($0) }
        ? String(decoding: text, as: UTF8.self) : nil
    }

    mutating func tuple() -> [Int]? {
      guard take("(") else { return nil }
      var values: [Int] = []
      while !take(")") {
        skipBlanks()
        let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        position += digits.count
        values.append(value)
        if !take(",") {
          guard take(")") else { return nil }
          break
        }
      }
      return values
    }
  }
}
