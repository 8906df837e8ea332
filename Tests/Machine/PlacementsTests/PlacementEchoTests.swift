import Foundation
import Placements
import Testing

@Suite struct PlacementEchoTests {
  private static let layout = PlacementLayout(
    instances: [
      .init(pus: [0, 1, 2, 3, 8], nodes: [0]), .init(pus: [5, 4, 9, 10, 11], nodes: [1, 2, 3, 33]),
      .init(pus: [7], nodes: []),
    ], words: "words", departures: [.acrossNodes])

  @Test func theListHasEveryPUOnceInOrder() {
    #expect(Self.layout.cpuList == "0-5,7-11")
    #expect(Self.layout.instances.map(\.cpuList) == ["0-3,8", "4-5,9-11", "7"])
  }

  @Test("Sets of CPUs ascend; likwid-pin's list keeps the threads' order")
  func commands() {
    #expect(
      Self.layout.commands == [
        .init(
          taskset: "taskset -c 0-3,8", numactl: "numactl --physcpubind=0-3,8 --membind=0",
          likwidPin: "likwid-pin -c 0-3,8"),
        .init(
          taskset: "taskset -c 4-5,9-11", numactl: "numactl --physcpubind=4-5,9-11 --membind=1-3,33",
          likwidPin: "likwid-pin -c 5,4,9-11"),
        .init(taskset: "taskset -c 7", numactl: "numactl --physcpubind=7", likwidPin: "likwid-pin -c 7"),
      ])
  }

  @Test("A PU that carries two threads is once in a set and twice in likwid-pin's list")
  func sharedPUs() {
    let instance = PlacementLayout.Instance(pus: [0, 1, 0, 1], nodes: [0])
    #expect(instance.commands.taskset == "taskset -c 0-1")
    #expect(instance.commands.likwidPin == "likwid-pin -c 0-1,0-1")
  }

  @Test func jsonRoundTrip() throws {
    let request = PlacementRequest(words: "per-llc", instances: 2, threads: nil, oversubscribe: true)
    #expect(try JSONDecoder().decode(PlacementRequest.self, from: JSONEncoder().encode(request)) == request)
    let data = try JSONEncoder().encode(Self.layout)
    #expect(try JSONDecoder().decode(PlacementLayout.self, from: data) == Self.layout)
    #expect(String(decoding: data, as: UTF8.self).contains("\"acrossNodes\""))
  }

  @Test("Cache groups are numbered as the domain C is")
  func cacheGroups() throws {
    let placer = try Placer(SyntheticMachines.topology("package:2 l3:2 core:2 pu:1"))
    #expect(placer.cacheGroups(of: [7, 0, 1]) == [0, 3])
    #expect(try placer.layout(PlacementRequest(words: "C3:1")).instances.map(\.pus) == [[7]])
  }
}
