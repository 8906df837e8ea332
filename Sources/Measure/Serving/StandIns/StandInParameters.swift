import LoadGen

/// Reads what follows the first word of a stand-in: parameters by name or by place.
struct StandInParameters {
  /// One value for each parameter of the form: nanoseconds or a count.
  let values: [Int64]

  init(form: StandIn.Form, words: String) throws(StandInError) {
    var given = [Int64?](repeating: nil, count: form.parameters.count)
    var offset = form.name.count
    var rest = words.dropFirst(offset)
    while let separator = rest.first {
      assert(separator == ":" || separator == ",")
      rest = rest.dropFirst()
      offset += 1
      let piece = rest.prefix { $0 != ":" && $0 != "," }
      rest = rest.dropFirst(piece.count)
      try Self.take(piece, at: offset, of: form, in: words, into: &given)
      offset += piece.count
    }
    var values: [Int64] = []
    for (parameter, value) in zip(form.parameters, given) {
      guard let value = value ?? parameter.usual else {
        throw StandInError(words, at: offset, "\(parameter.name) is missing; write \(form.pattern)")
      }
      values.append(value)
    }
    self.values = values
  }

  private static func take(
    _ piece: Substring, at offset: Int, of form: StandIn.Form, in words: String, into given: inout [Int64?]
  ) throws(StandInError) {
    var value = piece
    var offset = offset
    let place: Int
    if let sign = piece.firstIndex(of: "=") {
      let name = piece[..<sign]
      guard let named = form.parameters.firstIndex(where: { $0.name == name }) else {
        throw StandInError(words, at: offset, "`\(name.prefix(20))` is not among what it takes; write \(form.pattern)")
      }
      guard given[named] == nil else {
        throw StandInError(words, at: offset, "\(name) is given twice")
      }
      place = named
      value = piece[piece.index(after: sign)...]
      offset += name.count + 1
    } else {
      guard let free = given.firstIndex(of: nil) else {
        throw StandInError(words, at: offset, "there is nothing more to say; write \(form.pattern)")
      }
      place = free
    }
    let parameter = form.parameters[place]
    let shown = value.isEmpty ? "nothing" : "`\(value.prefix(20))`"
    switch parameter.kind {
    case .time:
      guard let time = TimeSpan.nanoseconds(value) else {
        throw StandInError(words, at: offset, "\(parameter.name) is \(TimeSpan.form), and \(shown) is none")
      }
      given[place] = time
    case .count(let limit):
      guard let count = Int64(value), (1...limit).contains(count) else {
        throw StandInError(
          words, at: offset, "\(parameter.name) is a number from 1 to \(limit), and \(shown) is none")
      }
      given[place] = count
    }
  }
}
