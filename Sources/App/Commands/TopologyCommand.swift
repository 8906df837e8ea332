import ArgumentParser
import Placements
import Reports
import Topology

/// `assay topology`.
struct TopologyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology",
    abstract: "Shows packages, NUMA nodes, caches, cores and PUs, and which of them this process may use.",
    discussion: """
      See docs/topology.md for what each fact means.

      Examples:
        assay topology
        assay topology --svg machine.svg
        assay topology --from machine.xml   a machine saved by lstopo --of xml
        assay topology --synthetic "pack:2 [numa] l3:4 core:8 pu:2" --json
        assay topology --svg placed.svg --placement per-llc --threads 4
      """)

  @OptionGroup var machine: MachineOptions

  @Option(help: ArgumentHelp("Write a picture for a browser to this file.", valueName: "file"))
  var svg: String?

  @Option(help: ArgumentHelp("Mark in the picture where these words place instances.", valueName: "words"))
  var placement: String?

  @Option(help: "Instances of the placement.")
  var instances: Int?

  @Option(help: "Threads of each instance of the placement.")
  var threads: Int?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try requireUse()
    let picture = try svg.map { try OutputFile($0, option: "--svg") }
    try OutputFile.requireDistinct([("--svg", svg)], from: [("--from", machine.file)])
    try picture?.requireWritable()
    let topology = try machine.topology()
    try picture?.write(drawing(of: topology).svg.utf8)
    if json { return try Terminal.write(json: topology) }
    try Terminal.write(
      TopologyReport(topology, isRecording: machine.file != nil, style: Terminal.style).text)
  }

  /// Refuses options that only a picture heeds where none is asked for.
  private func requireUse() throws(CommandFailure) {
    guard svg == nil else { return }
    let given = [("--placement", placement != nil), ("--instances", instances != nil), ("--threads", threads != nil)]
    if let idle = given.first(where: \.1) {
      throw CommandFailure(
        "\(idle.0) marks CPUs in a picture; add --svg, or use assay placement.", exitCode: 64)
    }
  }

  private func drawing(of topology: Topology) throws -> TopologyPicture {
    guard placement != nil || instances != nil || threads != nil else { return TopologyPicture(topology) }
    let layout = try Placer(topology).layout(
      PlacementRequest(
        words: placement ?? "compact", instances: instances, threads: threads, oversubscribe: false))
    return TopologyPicture(topology, instances: layout.instances.map(\.pus), caption: "Placement \(layout.words)")
  }
}
