import ArgumentParser
import Topology

/// `--from` and `--synthetic`: which machine to plan for, where it is not this one.
struct MachineOptions: ParsableArguments {
  @Option(
    name: .customLong("from"), help: ArgumentHelp("An hwloc XML file instead of this machine.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A made-up machine in hwloc's synthetic notation.", valueName: "text"))
  var synthetic: String?

  /// Whether it is not this one.
  var isOther: Bool { file != nil || synthetic != nil }

  /// The machine's topology.
  func topology() throws -> Topology {
    if file != nil, synthetic != nil {
      throw CommandFailure("Give either --from or --synthetic, not both.", exitCode: 64)
    }
    let source: TopologySource =
      if let file { .xml(path: file) } else if let synthetic { .synthetic(synthetic) } else { .thisMachine }
    return try Topology.discover(source: source)
  }
}
