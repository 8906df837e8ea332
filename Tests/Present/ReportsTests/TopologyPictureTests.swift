import Testing
import Topology

@testable import Reports

@Suite struct TopologyPictureTests {
  @Test func picture() throws { try expectSnapshot(TopologyPicture(TopologySample.hybrid).svg, "topology-svg") }

  @Test func placement() throws {
    let picture = TopologyPicture(TopologySample.hybrid, instances: [[0, 2], [4, 5]], caption: "Placement compact")
    try expectSnapshot(picture.svg, "topology-placement-svg")
  }

  private struct Rectangle {
    let style: String
    let x, y, width, height: Double

    init?(_ element: (name: String, attributes: [String: String], text: String)) {
      func value(_ name: String) -> Double? { element.attributes[name].flatMap(Double.init) }
      guard element.name == "rect", let x = value("x"), let y = value("y"), let width = value("width"),
        let height = value("height"), let style = element.attributes["class"]
      else { return nil }
      (self.x, self.y, self.width, self.height, self.style) = (x, y, width, height, style)
    }

    func contains(_ x: Double, _ y: Double) -> Bool {
      (self.x...self.x + width).contains(x) && (self.y...self.y + height).contains(y)
    }

    func overlaps(_ other: Rectangle) -> Bool {
      x < other.x + other.width - 0.02 && other.x < x + width - 0.02 && y < other.y + other.height - 0.02
        && other.y < y + height - 0.02
    }
  }

  private static let machines = [
    "pu:2", "package:1 l3:1 core:2 pu:1", "core:7 pu:1", "pu:300", "pack:64 l2:1 core:1 pu:4",
    "pack:3 die:3 [numa(memory=1GB)] l3:3 core:3 pu:1", "package:1 core:1 pu:8", "pack:2 [numa] l3:4 core:8 pu:2",
    "pack:8 [numa(memory=68719476736)] l3:4(size=33554432) l2:8(size=1048576) l1:1 core:1 pu:2",
  ]

  @Test(arguments: machines)
  func everythingFits(text: String) throws {
    let topology = try Topology.discover(source: .synthetic(text))
    let svg = TopologyPicture(topology).svg
    #expect(svg.utf8.count < 500_000)
    let reader = try SVGReader.read(svg)
    let rectangles = reader.elements.compactMap(Rectangle.init)
    let page = try #require(rectangles.first { $0.style == "background" })
    for rectangle in rectangles {
      #expect(page.contains(rectangle.x, rectangle.y))
      #expect(page.contains(rectangle.x + rectangle.width, rectangle.y + rectangle.height))
    }
    // PUs and bars lie in each other's way nowhere; the legend's are among them.
    let cells = rectangles.filter { $0.style.hasPrefix("pu") || $0.style == "cache" || $0.style == "memory" }
    for (index, cell) in cells.enumerated() where cells[..<index].contains(where: cell.overlaps) {
      Issue.record("\(cell) lies on another")
    }
    // Every text is within the innermost rectangle around its point.
    for element in reader.elements where element.name == "text" {
      let x = try #require(element.attributes["x"].flatMap(Double.init))
      let y = try #require(element.attributes["y"].flatMap(Double.init))
      let sizes: [String: Double] = ["label": 11, "name": 12, "title": 17]
      let size = sizes[element.attributes["class"] ?? ""] ?? 11
      let width = TopologyBox.width(of: element.text, size: size)
      let left = element.attributes["text-anchor"] == "middle" ? x - width / 2 : x
      let around = try #require(
        rectangles.filter { $0.contains(x, y) }.min { $0.width * $0.height < $1.width * $1.height })
      #expect(left >= around.x - 0.1 && left + width <= around.x + around.width + 0.1, "\(element.text)")
    }
    let numbers = reader.texts("label").compactMap { Int($0.text) }.sorted()
    // The legend shows the first again.
    #expect(numbers == ([topology.allowedPUs[0]] + topology.allowedPUs).sorted())
  }

  @Test func whatMayNotBeUsedIsMarkedWithoutColours() throws {
    let reader = try SVGReader.read(TopologyPicture(TopologySample.small).svg)
    // Two PUs, and the legend's.
    #expect(reader.elements.count { $0.attributes["class"] == "pu barred" } == 3)
    #expect(reader.elements.count { $0.attributes["class"] == "cross" } == 3)
    #expect(reader.texts("name").map(\.text).contains("not allowed"))
    #expect(reader.texts("name").map(\.text).contains("Quota: 1.6 of 2 CPUs."))
    let hybrid = try SVGReader.read(TopologyPicture(TopologySample.hybrid).svg)
    #expect(hybrid.elements.count { $0.attributes["class"] == "pu offline" } == 3)
    #expect(hybrid.texts("label").map(\.text).filter { $0.hasPrefix("(") } == ["(8)", "(11)", "(8)"])
    #expect(hybrid.texts("label").map(\.text).contains("NUMA node 1 · 512 GiB · memory only"))
    #expect(hybrid.texts("label").map(\.text).contains("NUMA node 2 · 8 GiB · not allowed"))
    #expect(hybrid.texts("label").map(\.text).contains("Core 0 · P"))
    #expect(hybrid.texts("label").map(\.text).contains("Core 5 · E"))
    #expect(hybrid.texts("name").map(\.text).contains("efficiency core (IntelAtom)"))
  }

  @Test func instancesAreNumbered() throws {
    let topology = try TopologySample.large()
    let instances = (0..<20).map { instance in (0..<8).map { instance * 16 + 2 * $0 } } + [[0, 1]]
    let reader = try SVGReader.read(TopologyPicture(topology, instances: instances).svg)
    let marks = Dictionary(grouping: reader.texts("instance").map(\.text), by: { $0 }).mapValues(\.count)
    // PU 0 is of two instances; the legend has one more of instance 1.
    #expect(marks["#1"] == 7 + 1)
    #expect(marks["#1+21"] == 1)
    #expect(marks["#21"] == 1)
    #expect((2..<21).allSatisfy { marks["#\($0)"] == 8 })
    #expect(Set(marks.keys) == Set((1...20).map { "#\($0)" } + ["#1+21", "#21", ""]))
  }

  @Test func partsOfAVeryLargeMachineAreDrawnOnce() throws {
    let topology = try Topology.discover(source: .synthetic("pack:8 [numa] l3:8 core:16 pu:2"))
    let svg = TopologyPicture(topology).svg
    #expect(svg.utf8.count < 10_000)
    let labels = try SVGReader.read(svg).texts("label").map(\.text)
    #expect(labels.contains("16 × Core"))
    #expect(labels.contains("2 × PU"))
    // Instances are shown one by one.
    let placed = try SVGReader.read(TopologyPicture(topology, instances: [[5]]).svg)
    #expect(placed.texts("instance").count { $0.text == "#1" } == 2)
  }

  @Test func namesAreEscaped() throws {
    let hostile = "</text><script>alert(1)</script>\u{1B}"
    let sample = TopologySample.hybrid
    let machine = Topology(
      root: sample.root, allowedPUs: sample.allowedPUs, cores: sample.cores, quota: nil,
      kinds: sample.kinds.map {
        Topology.Kind(
          index: $0.index, efficiency: $0.efficiency, role: $0.role, name: hostile, maxMegahertz: nil, pus: $0.pus)
      })
    let reader = try SVGReader.read(TopologyPicture(machine, caption: hostile).svg)
    #expect(!reader.elements.contains { $0.name == "script" })
    #expect(reader.texts("name").contains { $0.text.contains("<script>alert(1)</script>") })
  }
}
