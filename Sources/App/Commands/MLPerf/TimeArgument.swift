import ArgumentParser
import LoadGen

/// A length of time on the command line, such as `15ms`.
struct TimeArgument: ExpressibleByArgument {
  let nanoseconds: Int64

  init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  init?(argument: String) {
    guard let nanoseconds = TimeSpan.nanoseconds(argument) else { return nil }
    self.nanoseconds = nanoseconds
  }

  var defaultValueDescription: String { TimeSpan.text(nanoseconds) }
}

/// A scenario by MLPerf's name, in any case.
extension TestScenario: ExpressibleByArgument {
  /// The scenario of that name, in any case.
  public init?(argument: String) {
    guard let scenario = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() }) else {
      return nil
    }
    self = scenario
  }
}
