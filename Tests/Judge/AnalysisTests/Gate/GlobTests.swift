import Testing

@testable import Analysis

private struct Match: Sendable {
  let pattern: String
  let text: String
  let isMatch: Bool
}

private let matches: [Match] = [
  Match(pattern: "*", text: "", isMatch: true),
  Match(pattern: "*", text: "resnet50/int8/native/t1/b1/SingleStream", isMatch: true),
  Match(pattern: "resnet50/*", text: "resnet50/int8", isMatch: true),
  Match(pattern: "resnet50/*", text: "resnet50", isMatch: false),
  Match(pattern: "*/int8/*", text: "resnet50/int8/native", isMatch: true),
  Match(pattern: "*/int8/*", text: "resnet50/fp32/native", isMatch: false),
  Match(pattern: "*t?/*", text: "a/t1/b", isMatch: true),
  Match(pattern: "*t?/*", text: "a/t12/b", isMatch: false),
  Match(pattern: "a*b*c", text: "axxbyybzc", isMatch: true),
  Match(pattern: "a*b*c", text: "axxbyybz", isMatch: false),
  Match(pattern: "", text: "", isMatch: true),
  Match(pattern: "", text: "a", isMatch: false),
]

@Suite struct GlobTests {
  @Test(arguments: matches) fileprivate func matchesAsShellsDo(_ match: Match) {
    #expect(Glob(match.pattern).matches(match.text) == match.isMatch)
  }

  @Test func manyStarsTakeNoExponentialTime() {
    let pattern = String(repeating: "a*", count: 200) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 2000)))
  }
}
