import ArgumentParser
import Harness
import Records

/// Where instances and their threads run and what is asked for of memory. Shared by `run`, `plan` and `sweep`.
struct PlacementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where threads run, in the placement language: compact, scatter, per-numa, S0:0-3, 0,2-5 ...; may be repeated; "
        + "see assay placement --help.", valueName: "words"))
  var placement: [String] = []

  @Option(help: ArgumentHelp("Instances, each a process with --threads threads: 1,2 or 1-8*2.", valueName: "list"))
  var instances: String?

  @Option(help: ArgumentHelp("Where memory comes from: local, interleave, bind.", valueName: "list"))
  var memoryPolicy: String?

  @Option(help: ArgumentHelp("Whether memory may lie in huge pages: on or off.", valueName: "on|off"))
  var hugePages: Switch?

  @Flag(help: "Allow more threads than PUs.")
  var oversubscribe = false

  /// On or off.
  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  /// The options that are given, as the user wrote them.
  var given: [String] {
    let all: [(String, Bool)] = [
      ("--placement", !placement.isEmpty), ("--instances", instances != nil), ("--memory-policy", memoryPolicy != nil),
      ("--huge-pages", hugePages != nil), ("--oversubscribe", oversubscribe),
    ]
    return all.filter(\.1).map(\.0)
  }

  /// Puts what is given over `lists`.
  func apply(to lists: inout CellLists) throws {
    if !placement.isEmpty { lists.placements = placement }
    lists.instances = try PlanOptions.list(instances, "instances", upTo: ListExpression.numberLimit)
    lists.memory = memoryPolicy.map(RunOptions.names)
    lists.hugePages = hugePages.map { $0 == .on }
    if oversubscribe { lists.oversubscribe = true }
  }
}
