import ArgumentParser
import Placements
import Reports

/// `assay placement`.
struct PlacementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "placement",
    abstract: "Shows which CPU every thread of every instance gets for some words, and how other tools say the same.",
    discussion: """
      Words are names joined by commas, or lists in likwid's notation:
        compact, scatter                   neighbours first, or dealt out
        cores, threads, no-smt             how hardware threads are used
        per-llc, per-numa, per-package, per-die
                                           instances in each such group
        kind:performance, kind:efficiency, kind:N
                                           one kind of core only
        across-numa, mixed-kinds           what an instance may do
        0,2-5                              CPU numbers
        N:0-7, S0:0-3, M0:0-3, D0:0, C0:0  numbers inside the machine, a
                                           package, node, die, cache group
        E:N:4:2:4                          4 threads: 2 of every 4
        S0:0-3@S1:0-3, M0:0-7_M1:0-7       one instance, two instances

      Examples:
        assay placement
        assay placement per-llc,no-smt
        assay placement compact --instances 4 --threads 8
        assay placement M0:0-7_M1:0-7 --from machine.xml
        assay placement scatter --instances 2 --threads 4 \\
          --synthetic "package:2 numa:1 l3:2 core:4 pu:2" --json
      """)

  @Argument(help: "Words of the placement language.")
  var words = "compact"

  @Option(help: "Instances; with a per- name, dealt out evenly over its groups.")
  var instances: Int?

  @Option(help: "Threads of each instance.")
  var threads: Int?

  @Flag(help: "Let threads share CPUs where there are too few.")
  var oversubscribe = false

  @OptionGroup var machine: MachineOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let placer = Placer(try machine.topology())
    let layout = try placer.layout(
      PlacementRequest(words: words, instances: instances, threads: threads, oversubscribe: oversubscribe))
    let cacheGroups = layout.instances.map { placer.cacheGroups(of: $0.pus) }
    if json { return try Terminal.write(json: Listing(layout, cacheGroups)) }
    try Terminal.write(PlacementReport(layout, cacheGroups: cacheGroups, style: Terminal.style).text)
  }

  /// The layout as JSON, with everything that the report shows.
  private struct Listing: Encodable {
    let words: String
    let cpuList: String
    let departures: [PlacementLayout.Departure]
    let instances: [Instance]

    struct Instance: Encodable {
      let threads: Int
      let pus: [Int]
      let nodes: [Int]
      let cacheGroups: [Int]
      let cpuList: String
      let commands: PlacementLayout.Commands
    }

    init(_ layout: PlacementLayout, _ cacheGroups: [[Int]]) {
      words = layout.words
      cpuList = layout.cpuList
      departures = layout.departures
      instances = zip(layout.instances, cacheGroups).map { instance, groups in
        Instance(
          threads: instance.pus.count, pus: instance.pus, nodes: instance.nodes, cacheGroups: groups,
          cpuList: instance.cpuList, commands: instance.commands)
      }
    }
  }
}
