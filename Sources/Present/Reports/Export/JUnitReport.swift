/// A JUnit report in XML, made of suites of cases that know nothing of runs: runs and verdicts are written alike.
///
/// Source: the schema that Jenkins' xunit plugin checks reports against (`junit-10.xsd`); attributes are those that Jenkins,
/// GitLab and GitHub read.
public struct JUnitReport {
  private let name: String
  private let suites: [Suite]

  /// A list of cases and what they have in common.
  public struct Suite {
    /// The suite's name.
    public let name: String
    /// Start, ISO 8601 UTC; left out where it is no such time.
    public let startedAt: String?
    /// Facts, in the order in which they are written.
    public let properties: [(name: String, value: String)]
    /// The cases.
    public let cases: [JUnitCase]

    /// Makes a suite.
    public init(
      name: String, startedAt: String? = nil, properties: [(name: String, value: String)] = [], cases: [JUnitCase]
    ) {
      self.name = name
      self.startedAt = startedAt
      self.properties = properties
      self.cases = cases
    }
  }

  /// Makes a report.
  public init(name: String, suites: [Suite]) {
    self.name = name
    self.suites = suites
  }

  /// The file.
  public var text: String {
    let counts = Counts(suites.flatMap(\.cases))
    let attributes = XMLText.attributes([
      ("name", name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"), ("errors", "\(counts.errors)"),
      ("time", counts.time),
    ])
    let lines =
      ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites\(attributes)>"] + suites.flatMap(lines)
      + ["</testsuites>"]
    return lines.map { $0 + "\n" }.joined()
  }

  private func lines(of suite: Suite) -> [String] {
    let counts = Counts(suite.cases)
    let attributes = XMLText.attributes([
      ("name", suite.name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
      ("errors", "\(counts.errors)"), ("skipped", "\(counts.skipped)"), ("time", counts.time),
      ("timestamp", suite.startedAt.flatMap { ISOTime($0)?.withoutZone }),
    ])
    let properties = suite.properties.map { name, value in
      "      <property\(XMLText.attributes([("name", name), ("value", value)]))/>"
    }
    return ["  <testsuite\(attributes)>"]
      + (properties.isEmpty ? [] : ["    <properties>"] + properties + ["    </properties>"])
      + suite.cases.flatMap(lines) + ["  </testsuite>"]
  }

  private func lines(of item: JUnitCase) -> [String] {
    let attributes = XMLText.attributes([
      ("name", item.name), ("classname", item.className), ("time", item.seconds.flatMap(Self.time)),
    ])
    let output =
      item.output.isEmpty ? [] : ["      <system-out>\(Self.block(item.output))</system-out>"]
    let content = Self.outcome(item.outcome) + output
    return content.isEmpty
      ? ["    <testcase\(attributes)/>"] : ["    <testcase\(attributes)>"] + content + ["    </testcase>"]
  }

  private static func outcome(_ outcome: JUnitCase.Outcome) -> [String] {
    func element(_ name: String, _ attributes: [(name: String, value: String?)], _ details: [String]) -> [String] {
      let tag = "\(name)\(XMLText.attributes(attributes))"
      return [details.isEmpty ? "      <\(tag)/>" : "      <\(tag)>\(block(details))</\(name)>"]
    }
    return switch outcome {
    case .passed: []
    case .failed(let type, let message, let details):
      element("failure", [("message", message), ("type", type)], details)
    case .skipped(let message): element("skipped", [("message", message)], [])
    case .error(let type, let message, let details): element("error", [("message", message), ("type", type)], details)
    }
  }

  /// Lines of text; each is made harmless by itself, so that only our own line feeds stay.
  private static func block(_ lines: [String]) -> String { lines.map(XMLText.escaped).joined(separator: "\n") }

  /// Seconds with a point and no exponent, as the schema asks; nil for what is no time.
  private static func time(_ seconds: Double) -> String? {
    seconds >= 0 && seconds < 1e9 ? Figure.fixed(seconds, 3) : nil
  }

  /// What readers compare with what they find.
  private struct Counts {
    let tests: Int
    var failures = 0
    var errors = 0
    var skipped = 0
    /// The sum of the times there are; nil where there is none.
    let time: String?

    init(_ cases: [JUnitCase]) {
      tests = cases.count
      for item in cases {
        switch item.outcome {
        case .passed: break
        case .failed: failures += 1
        case .error: errors += 1
        case .skipped: skipped += 1
        }
      }
      let times = cases.compactMap(\.seconds)
      time = times.isEmpty ? nil : JUnitReport.time(times.reduce(0, +))
    }
  }
}
