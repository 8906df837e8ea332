extension PlacementExpression {
  /// The most characters that words may have.
  public static let longest = 4096

  /// The largest number that words may hold.
  public static let largestNumber = 65_535

  /// Parses words. Throws one sentence with the position, from 1, and what was expected there.
  public init(parsing words: String) throws(PlacementError) {
    guard words.utf8.count <= Self.longest else {
      throw PlacementError(
        "The words of a placement are at most \(Self.longest) bytes long, not \(words.utf8.count).",
        position: Self.longest + 1)
    }
    var parser = PlacementParser(words)
    self = try parser.expression()
  }
}
