import Placements
import Testing

@Suite struct PlacementParserTests {
  @Test(
    "Words and their canonical form",
    arguments: [
      ("compact", "compact"), ("scatter", "scatter"), ("cores", "cores"), ("threads", "threads"),
      ("no-smt", "no-smt"), ("compact,no-smt", "no-smt"), ("no-smt,per-llc", "per-llc,no-smt"),
      ("per-numa", "per-numa"), ("per-package", "per-package"), ("threads,scatter,per-die", "per-die,scatter,threads"),
      ("mixed-kinds,across-numa,scatter", "scatter,across-numa,mixed-kinds"), ("across-numa", "across-numa"),
      ("cores,no-smt", "cores,no-smt"), ("kind:performance", "kind:performance"),
      ("threads,kind:efficiency", "threads,kind:efficiency"), ("kind:07", "kind:7"),
      ("0", "0"), ("0,2-5", "0,2-5"), ("0,1,2,5,4,3", "0-2,5,4,3"), ("3-3,007", "3,7"), ("1-2,3-4", "1-4"),
      ("N:0-7", "N:0-7"), ("S0:0-3@S1:0-3", "S0:0-3@S1:0-3"), ("M0:0-7_M1:0-7", "M0:0-7_M1:0-7"),
      ("D12:1", "D12:1"), ("C3:0,1,5", "C3:0-1,5"), ("E:N:4:2:4", "E:N:4:2:4"), ("E:S0:4", "E:S0:4"),
      ("E:C1:4:1:1", "E:C1:4"), ("0-3@E:N:2@M0:1_5", "0-3@E:N:2@M0:1_5"), ("0_1_2", "0_1_2"), ("65535", "65535"),
    ])
  func canonical(words: String, expected: String) throws {
    let expression = try PlacementExpression(parsing: words)
    #expect(expression.words == expected)
    #expect(try PlacementExpression(parsing: expected) == expression)
  }

  @Test(
    "What does not parse is named with its position",
    arguments: [
      ("S0:0-x", 6, "a number was expected, not \"x\"."),
      ("", 1, "a name or a list was expected, but the words end there."),
      ("S0:", 4, "a number was expected, but the words end there."),
      ("S:0", 2, "a number was expected, not \":\"."), ("M0", 3, "\":\" was expected, but the words end there."),
      ("M0-1:0", 3, "\":\" was expected, not \"-\"."),
      ("0-3,", 5, "a number was expected, but the words end there."),
      ("0,,1", 3, "a number was expected, not \",\"."),
      ("0x", 2, "\"-\", \",\", \"@\", \"_\" or the end was expected, not \"x\"."),
      ("0-1-2", 4, "\",\", \"@\", \"_\" or the end was expected, not \"-\"."),
      ("5-3", 3, "a number of at least 5 was expected, not \"3\"."),
      ("70000", 1, "a number of at most 65535 was expected, not \"70000\"."),
      ("0,99999999999999999999999999", 3, "a number of at most 65535 was expected"),
      ("0@", 3, "a CPU number or one of the domains N, S, M, D, C and E was expected, but the words end there."),
      ("0_X:1", 3, "a CPU number or one of the domains N, S, M, D, C and E was expected, not \"X\"."),
      ("Q0:1", 1, "a name, a CPU number or one of the domains N, S, M, D, C and E was expected, not \"Q\"."),
      ("-1", 1, "a name, a CPU number or one of the domains"), (" 0", 1, "was expected, not \" \"."),
      ("E:N:0", 5, "a number of at least 1 was expected, not \"0\"."),
      ("E:N:4:2", 8, "\":\" was expected, but the words end there."),
      ("E:N:4:0:1", 7, "a number of at least 1 was expected, not \"0\"."),
      ("E:N:4,5", 6, "\":\", \"@\", \"_\" or the end was expected, not \",\"."),
      ("E:N:4:1:2:3", 10, "\"@\", \"_\" or the end was expected, not \":\"."),
      ("E:0", 3, "one of the domains N, S, M, D and C was expected, not \"0\"."),
      ("compat", 1, "a name (compact, scatter, cores, threads, per-llc, per-numa, per-package, per-die, no-smt,"),
      ("compact,", 9, "was expected, but the words end there."), ("compact,,cores", 9, "was expected, not \",\"."),
      ("kind:fast", 6, "\"performance\", \"efficiency\" or a number was expected, not \"fast\"."),
      ("kind:", 6, "\"performance\", \"efficiency\" or a number was expected, but the words end there."),
      ("kind:1x", 7, "\",\" or the end was expected, not \"x\"."),
      ("kind:99999999999", 6, "a number of at most 65535 was expected"),
      ("cores,threads", 7, "\"threads\" contradicts \"cores\": say only one of them."),
      ("threads,no-smt", 9, "\"no-smt\" contradicts \"threads\": say only one of them."),
      ("no-smt,compact,threads", 16, "\"threads\" contradicts \"no-smt\": say only one of them."),
      ("per-llc,per-numa", 9, "\"per-numa\" contradicts \"per-llc\": say only one of them."),
      ("compact,scatter", 9, "\"scatter\" contradicts \"compact\": say only one of them."),
      ("kind:0,kind:performance", 8, "\"kind:performance\" contradicts \"kind:0\": say only one of them."),
      ("cores,cores", 7, "\"cores\" is said a second time."),
      ("compact,0-3", 9, "was expected, not \"0-3\"; names and lists cannot be joined."),
      ("0-3,no-smt", 5, "a number was expected, not \"no-smt\"; names and lists cannot be joined."),
      ("compact@S0:1", 1, "was expected, not \"compact@S0:1\"."),
      ("0\u{0301}", 2, "was expected"), ("０", 1, "was expected"),
    ])
  func errors(words: String, position: Int, message: String) {
    let error = #expect(throws: PlacementError.self) { try PlacementExpression(parsing: words) }
    #expect(error?.position == position)
    #expect(
      error?.description.hasPrefix("\"\(words)\": at position \(position) ") == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasSuffix(".") == true)
  }

  @Test("Words are bounded, and so is what an error repeats of them")
  func longWords() throws {
    let most = String(repeating: "0,", count: 2047) + "10"
    #expect(most.utf8.count == PlacementExpression.longest)
    #expect(try PlacementExpression(parsing: most).words.hasPrefix("0,0,0,"))
    let error = #expect(throws: PlacementError.self) { try PlacementExpression(parsing: most + "0") }
    #expect(error?.description == "The words of a placement are at most 4096 bytes long, not 4097.")
    let unknown = #expect(throws: PlacementError.self) {
      try PlacementExpression(parsing: String(repeating: "x", count: 4000))
    }
    #expect((unknown?.description.count ?? .max) < 400)
  }

  @Test("Random strings parse or are refused; what parses is stable", arguments: 0..<20 as Range<UInt64>)
  func fuzz(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "0", "1", "15", "65535", "65536", "99999999999999999999", ",", "-", "@", "_", ":", "N", "S", "M", "D", "C", "E",
      "S0:", "E:N:", "compact", "scatter", "cores", "threads", "per-llc", "per-numa", "no-smt", "kind:",
      "performance", "across-numa", "mixed-kinds", " ", "x", "\u{0}", "é", "👍🏽", "\u{202E}",
    ]
    var parsed = 0
    for _ in 0..<2000 {
      let words = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      do {
        let expression = try PlacementExpression(parsing: words)
        #expect(try PlacementExpression(parsing: expression.words) == expression)
        parsed += 1
      } catch {
        let position = try #require(error.position)
        #expect((1...words.unicodeScalars.count + 1).contains(position))
      }
    }
    #expect(parsed > 20)
  }
}
