import Testing
import Topology

@Suite struct CPUListTests {
  @Test(
    arguments: [
      ("0", [0]), ("0-3,8", [0, 1, 2, 3, 8]), ("8,0", [8, 0]), ("5-5", [5]), ("", []), ("65535", [65535]),
    ] as [(String, [Int])])
  func listsAreRead(text: String, numbers: [Int]) {
    #expect(CPUList.numbers(in: text) == numbers)
  }

  @Test(arguments: [
    "a", "1-", "-1", "-", "3-1", "1-2-3", "65536", "0-99999999999", "99999999999999999999", "1 2", "0-65535,0-65535",
  ])
  func whatIsNoListIsNil(text: String) {
    #expect(CPUList.numbers(in: text) == nil)
  }

  @Test(
    arguments: [
      ([], ""), ([3], "3"), ([0, 1, 2, 3, 8], "0-3,8"), ([8, 1, 0, 8], "0-1,8"), ([5, 7, 9], "5,7,9"),
    ] as [([Int], String)])
  func theShortestListIsWritten(numbers: [Int], text: String) {
    #expect(CPUList.text(numbers) == text)
    #expect(CPUList.numbers(in: text) == Set(numbers).sorted())
  }
}
