import ArgumentParser
import Reports
import Topology

/// `assay topology`.
struct TopologyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology",
    abstract: "Shows packages, NUMA nodes, caches, cores and PUs, and which of them this process may use.",
    discussion: """
      Examples:
        assay topology
        assay topology --from machine.xml   a machine saved by lstopo --of xml
        assay topology --synthetic "package:2 numa:1 core:4 pu:2" --json
      """)

  @Option(
    name: .customLong("from"), help: ArgumentHelp("An hwloc XML file instead of this machine.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A made-up machine in hwloc's synthetic notation.", valueName: "text"))
  var synthetic: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if file != nil, synthetic != nil {
      throw ValidationError("Give either --from or --synthetic, not both.")
    }
  }

  func run() throws {
    let source: TopologySource =
      if let file { .xml(path: file) } else if let synthetic { .synthetic(synthetic) } else { .thisMachine }
    let topology = try Topology.discover(source: source)
    if json { return try Terminal.write(json: topology) }
    try Terminal.write(TopologyReport(topology, style: Terminal.style).text)
  }
}
