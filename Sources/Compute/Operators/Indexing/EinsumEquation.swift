/// An equation of Einsum, with the dimensions of all operands named by numbers.
struct EinsumEquation {
  /// The label of each dimension of each operand.
  private(set) var operands: [[Int]] = []
  /// The labels of the output's dimensions, in order.
  private(set) var output: [Int] = []
  /// The extent of each label.
  private(set) var extents: [Int] = []

  /// Reads an equation for operands of given extents. An ellipsis stands for any dimensions, which broadcast.
  init(_ text: String, dims: [[Int]]) throws(OperatorError) {
    let characters = text.utf8.filter { $0 != UInt8(ascii: " ") }
    let sides = Self.split(characters, at: Array("->".utf8))
    let terms = Self.split(sides[0], at: Array(",".utf8))
    guard sides.count <= 2, terms.count == dims.count else {
      throw .invalid("the equation \(text) has \(terms.count) terms for \(dims.count) inputs")
    }
    var letters: [UInt8: Int] = [:]
    var uses: [UInt8: Int] = [:]
    let parsed = try Self.parse(terms, text)
    var hidden = 0
    for (term, dims) in zip(parsed, dims) {
      let named = term.before.count + term.after.count
      guard term.hasEllipsis ? named <= dims.count : named == dims.count else {
        throw .invalid("a term of the equation \(text) does not fit an input of \(dims.count) dimensions")
      }
      hidden = max(hidden, dims.count - named)
    }
    // Labels 0 ..< hidden stand for the ellipsis, aligned at its end.
    extents = [Int](repeating: 1, count: hidden)
    for (term, dims) in zip(parsed, dims) {
      var labels: [Int] = []
      let covered = dims.count - term.before.count - term.after.count
      for (position, extent) in dims.enumerated() {
        let label: Int
        if position >= term.before.count, position < term.before.count + covered {
          label = hidden - covered + position - term.before.count
        } else {
          let letter =
            position < term.before.count
            ? term.before[position] : term.after[position - term.before.count - covered]
          uses[letter, default: 0] += 1
          if let known = letters[letter] {
            label = known
          } else {
            label = extents.count
            letters[letter] = label
            extents.append(1)
          }
        }
        guard extents[label] == extent || extents[label] == 1 || extent == 1 else {
          throw .invalid("a label of the equation \(text) has the extents \(extents[label]) and \(extent)")
        }
        if extents[label] == 1 { extents[label] = extent }
        labels.append(label)
      }
      operands.append(labels)
    }
    guard sides.count == 2 else {
      output = Array(0..<hidden) + uses.filter { $0.value == 1 }.keys.sorted().compactMap { letters[$0] }
      return
    }
    let result = try Self.parse([sides[1]], text)[0]
    let ellipsis = result.hasEllipsis ? Array(0..<hidden) : []
    output = ellipsis
    var (before, after): ([Int], [Int]) = ([], [])
    for letter in result.before { before.append(try Self.label(letter, letters, text)) }
    for letter in result.after { after.append(try Self.label(letter, letters, text)) }
    output = before + ellipsis + after
    guard Set(output).count == output.count else {
      throw .invalid("the equation \(text) repeats a label in its result")
    }
  }

  private static func label(_ letter: UInt8, _ letters: [UInt8: Int], _ text: String) throws(OperatorError) -> Int {
    guard let label = letters[letter] else { throw .invalid("the equation \(text) has a result that no input has") }
    return label
  }

  private struct Term {
    var before: [UInt8] = []
    var after: [UInt8] = []
    var hasEllipsis = false
  }

  private static func parse(_ terms: [[UInt8]], _ text: String) throws(OperatorError) -> [Term] {
    var parsed: [Term] = []
    for characters in terms {
      var term = Term()
      var rest = characters[...]
      while let character = rest.first {
        if rest.starts(with: Array("...".utf8)), !term.hasEllipsis {
          term.hasEllipsis = true
          rest = rest.dropFirst(3)
          continue
        }
        guard (character | 0x20) >= UInt8(ascii: "a"), (character | 0x20) <= UInt8(ascii: "z") else {
          throw .invalid("the equation \(text) has a term that is not made of letters and an ellipsis")
        }
        if term.hasEllipsis { term.after.append(character) } else { term.before.append(character) }
        rest = rest.dropFirst()
      }
      parsed.append(term)
    }
    return parsed
  }

  private static func split(_ text: [UInt8], at separator: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var rest = text[...]
    while let character = rest.first {
      if rest.starts(with: separator) {
        parts.append([])
        rest = rest.dropFirst(separator.count)
      } else {
        parts[parts.count - 1].append(character)
        rest = rest.dropFirst()
      }
    }
    return parts
  }
}
