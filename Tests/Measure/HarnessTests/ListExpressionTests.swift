import Harness
import Testing

@Suite struct ListExpressionTests {
  @Test(arguments: [
    ("1,2,4", [1, 2, 4]), ("1-8", [1, 2, 3, 4, 5, 6, 7, 8]), ("1-16*2", [1, 2, 4, 8, 16]), ("1-12*2", [1, 2, 4, 8]),
    ("3-100*3", [3, 9, 27, 81]), ("all", [6]), ("1,all", [1, 6]), ("1-all", [1, 2, 3, 4, 5, 6]),
    ("1-all*2", [1, 2, 4]), ("6,all,1", [6, 1]), (" 1 , 2-3 ", [1, 2, 3]), ("5-5", [5]), ("7", [7]),
    ("8, 1", [8, 1]), ("2-4,3-5", [2, 3, 4, 5]),
  ])
  func expands(text: String, expected: [Int]) throws {
    #expect(try ListExpression(text).values(all: 6) == expected)
  }

  @Test(arguments: [
    ("", "empty place"), ("1,,2", "empty place"), ("1,", "empty place"), ("0", "below 1"), ("-3", "no count"),
    ("4-1", "counts down"), ("a", "no count"), ("1-", "no count"), ("1-8*", "no count"), ("1-8*1", "never ends"),
    ("1-8*0", "below 1"), ("1.5", "no count"), ("1-2-3", "no count"), ("9999999999999999999999", "exceeds 1000000"),
    ("1000001", "exceeds 1000000"), ("all-8", "no count"), ("²", "no count"), ("1 2", "no count"),
  ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: ListExpressionError.self) { try ListExpression(text) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "no error")")
  }

  @Test(arguments: ["9", "1,9", "1-9", "9-10", "1-8*9", "9999999999999999999999"])
  func aSmallerLimitHoldsForEveryNumber(text: String) throws {
    let error = #expect(throws: ListExpressionError.self) { try ListExpression(text, upTo: 8) }
    #expect(error?.reason.contains("exceeds 8") == true, "\(error?.reason ?? "no error")")
    #expect(try ListExpression("1-8*8", upTo: 8).values(all: 2) == [1, 8])
  }

  @Test func expansionIsCapped() throws {
    let error = #expect(throws: ListExpressionError.self) { try ListExpression("1-1000000").values(all: 2) }
    #expect(error?.reason == "`1-1000000` stands for more than 1024 values")
    #expect(try ListExpression("1-1000000*2").values(all: 2).count == 20)
    #expect(throws: ListExpressionError.self) { try ListExpression(String(repeating: "1,", count: 5000) + "1") }
  }

  @Test func allMayBeBelowTheStart() throws {
    let error = #expect(throws: ListExpressionError.self) { try ListExpression("4-all").values(all: 2) }
    #expect(error?.reason == "`4-all` ends at 2, below its start")
  }
}
