import Topology

/// A topology as the placer asks it: every allowed core with its domains, in the order in which cores are taken.
struct PlacementIndex: Sendable {
  /// Allowed cores, ordered by cell.
  let cores: [Core]
  /// Parts of the machine whose cores are interchangeable: the fastest kind first, then in hwloc's order.
  let cells: [Cell]
  /// The first core of each cell.
  let firstCores: [Int]
  /// The NUMA nodes (OS indices) with memory of each home.
  let homes: [[Int]]
  /// Efficiency classes, the most performant first; one element where all cores are alike.
  let kinds: [Int?]
  /// The PUs of each domain that exists.
  let domains: [PlacementExpression.Domain: DomainPUs]
  /// Where each allowed PU is.
  let seats: SeatTable
  /// The number of packages with allowed cores.
  let packageCount: Int
  /// The number of pairs of a home and a package that have allowed cores together.
  let quarterCount: Int
  /// The number of cache groups with allowed cores.
  let cacheGroupCount: Int
  /// The most PUs that a core has.
  let mostSiblings: Int
  /// OS indices of PUs that are online, allowed or not.
  let online: Set<Int>
  /// OS indices of PUs that the machine has beside those.
  let offline: Set<Int>

  /// An allowed core.
  struct Core: Sendable {
    /// OS indices of its allowed PUs, in order.
    let pus: [Int]
    /// The place of its first PU when the PUs of all cores are counted.
    let firstPU: Int
    /// The index of its cell.
    let cell: Int
  }

  /// Cores that share everything: kind, home, package, die and last-level cache.
  struct Cell: Sendable {
    /// Indices of its cores.
    let cores: Range<Int>
    /// The index of its kind.
    let kind: Int
    /// The index of its home: cores with the same nearest NUMA nodes.
    let home: Int
    /// Numbers of the domains it lies in, as words name them.
    let package: Int
    let die: Int
    let cache: Int
    /// The package's place among those with allowed cores.
    let packageRank: Int
    /// Which part of a home it is: the cores of one home in one package.
    let quarter: Int
    /// Which part of a cache group it is: the cores of one home that share a last-level cache, of whatever kind.
    let cacheGroup: Int
    /// How many PUs each of its cores has, or nil where they differ.
    let siblings: Int?
  }

  /// The allowed PUs of a domain in likwid's two orders.
  struct DomainPUs: Sendable {
    /// First PUs of all cores in hwloc's order, then second PUs, and so on.
    var physicalFirst: [Int] = []
    /// All PUs of a core before those of the next.
    var siblingsAdjacent: [Int] = []
  }

  /// Indexes a topology. Cores that its tree lacks are taken as they describe themselves.
  init(_ topology: Topology) {
    let map = MachineMap(topology)
    let ranked = Set(topology.cores.compactMap(\.kind)).sorted(by: >)
    // One kind alone says nothing.
    let classes: [Int?] =
      ranked.count < 2 ? [nil] : ranked.map { $0 } + (topology.cores.contains { $0.kind == nil } ? [nil] : [])
    var homeNumbers: [MachineMap.Home: Int] = [:]
    var homes: [[Int]] = []
    var groupNumbers: [[Int]: Int] = [:]
    let places = topology.cores.filter { !$0.pus.isEmpty }.map { core -> (core: Topology.Core, place: Place) in
      let site = map.site(of: core)
      let home = homeNumbers[site.home] ?? homes.count
      if home == homes.count {
        homeNumbers[site.home] = home
        homes.append(site.nodes)
      }
      let group = groupNumbers[[site.cache, home]] ?? groupNumbers.count
      groupNumbers[[site.cache, home]] = group
      let kind = classes.count == 1 ? 0 : classes.firstIndex { $0 == core.kind } ?? 0
      return (
        core,
        Place(
          kind: kind, home: home, package: site.package, die: site.die, cache: site.cache, cacheGroup: group)
      )
    }
    let sorted = Self.cells(places.map(\.place))
    var cores: [Core] = []
    var cells: [Cell] = []
    var seats = SeatTable()
    var packageRanks: [Int: Int] = [:]
    var quarters: [[Int]: Int] = [:]
    for (place, members) in sorted {
      let first = cores.count
      for member in members {
        let pus = places[member].core.pus
        for (sibling, pu) in pus.enumerated() { seats[pu] = SeatTable.Seat(core: cores.count, sibling: sibling) }
        cores.append(Core(pus: pus, firstPU: seats.count - pus.count, cell: cells.count))
      }
      let rank = packageRanks[place.package] ?? packageRanks.count
      packageRanks[place.package] = rank
      let quarter = quarters[[place.home, rank]] ?? quarters.count
      quarters[[place.home, rank]] = quarter
      let counts = Set(cores[first...].map(\.pus.count))
      cells.append(
        Cell(
          cores: first..<cores.count, kind: place.kind, home: place.home, package: place.package, die: place.die,
          cache: place.cache, packageRank: rank, quarter: quarter, cacheGroup: place.cacheGroup,
          siblings: counts.count == 1 ? counts.first : nil))
    }
    self.cores = cores
    self.cells = cells
    firstCores = cells.map(\.cores.lowerBound)
    self.seats = seats
    self.homes = homes
    kinds = classes
    packageCount = packageRanks.count
    quarterCount = quarters.count
    cacheGroupCount = groupNumbers.count
    mostSiblings = cores.map(\.pus.count).max() ?? 0
    online = map.pus.union(seats.pus)
    offline = Set(topology.offlinePUs)
    domains = Self.domains(of: places, map)
  }

  /// What the cores of a cell have in common.
  private struct Place: Hashable {
    let kind: Int
    let home: Int
    let package: Int
    let die: Int
    let cache: Int
    let cacheGroup: Int
  }

  /// Indices of cores grouped by place: fastest kind first, cells of a home together, each in the cores' order.
  private static func cells(_ places: [Place]) -> [(place: Place, members: [Int])] {
    var members: [Place: [Int]] = [:]
    for (index, place) in places.enumerated() { members[place, default: []].append(index) }
    // Homes are numbered in the order in which their first cores occur.
    return members.sorted {
      ($0.key.kind, $0.key.home, $0.value.first ?? 0) < ($1.key.kind, $1.key.home, $1.value.first ?? 0)
    }.map { ($0.key, $0.value) }
  }

  private static func domains(
    of places: [(core: Topology.Core, place: Place)], _ map: MachineMap
  ) -> [PlacementExpression.Domain: DomainPUs] {
    var members: [PlacementExpression.Domain: [Topology.Core]] = [.machine: places.map(\.core)]
    for domain in map.domains { members[domain] = [] }
    for (core, place) in places {
      members[.package(place.package), default: []].append(core)
      members[.die(place.die), default: []].append(core)
      members[.cache(place.cache), default: []].append(core)
      for node in map.nodes(of: core) { members[.node(node), default: []].append(core) }
    }
    return members.mapValues { cores in
      var pus = DomainPUs(siblingsAdjacent: cores.flatMap(\.pus))
      for sibling in 0..<(cores.map(\.pus.count).max() ?? 0) {
        pus.physicalFirst += cores.compactMap { sibling < $0.pus.count ? $0.pus[sibling] : nil }
      }
      return pus
    }
  }
}
