import Testing

@testable import Reports

@Suite struct ProgressLineTests {
  let line = ProgressLine(
    cell: 3, cells: 12, id: "bert-base-384/fp32/openblas/t2/b1/SingleStream", round: 2, rounds: 3, elapsed: 34.2,
    remaining: 130)

  @Test(
    "The id is cut first",
    arguments: [
      (120, "[ 3/12] bert-base-384/fp32/openblas/t2/b1/SingleStream  round 2/3  0:34 elapsed, about 2:10 left"),
      (80, "[ 3/12] bert-base-384/fp32/openblas/…  round 2/3  0:34 elapsed, about 2:10 left"),
      (30, "[ 3/12]   round 2/3  0:34 el…"), (1, ""), (0, ""), (-5, ""),
    ])
  func live(width: Int, expected: String) {
    #expect(line.live(width: width) == expected)
    #expect(expected.displayWidth <= max(0, width - 1))
  }

  @Test func plain() {
    #expect(
      line.plain
        == "cell 3 of 12, round 2 of 3: bert-base-384/fp32/openblas/t2/b1/SingleStream; 0:34 elapsed, about 2:10 left")
  }

  @Test func unknownTimeIsSaid() {
    var unknown = line
    unknown.remaining = nil
    #expect(unknown.plain.hasSuffix("; 0:34 elapsed, time left unknown"))
  }
}
