import CLinux

/// Looks for the one resource of a service that says what the machine draws.
struct RedfishSearch {
  /// What it found.
  let source: RedfishSource
  /// Other chassis with a reading, which may overlap with the chosen one and are not added.
  let others: [String]

  /// Chassis that are looked at.
  static let mostChassis = 64

  /// Types of chassis that are or hold whole machines; others are parts of them (DSP8010, Chassis, ChassisType).
  static let wholeTypes: Set = ["RackMount", "StandAlone", "Blade", "Sled", "Enclosure", "Shelf", "Rack", "Node"]

  /// Searches from the service's root, or reads what the URL names.
  ///
  /// - Parameter patience: seconds for all of it.
  init(_ client: RedfishClient, patience: Double) throws(MeterFault) {
    let origin = client.url.origin
    guard client.url.isRoot else {
      let path = client.url.path
      guard let source = try Self.source(client, at: path) else {
        throw MeterFault(
          "\(origin)\(path) holds no power in watts: it is null, or the resource is neither a chassis, its EnvironmentMetrics, "
            + "its Power nor a sensor of power.")
      }
      self.source = source
      others = []
      return
    }
    let deadline = clinux_clock_ns() + Int64(min(max(patience, 0), 3600) * 1e9)
    guard let collection = try client.document("/redfish/v1/").chassis else {
      throw MeterFault("\(origin)/redfish/v1/ names no chassis, so it is not a Redfish service that tells power.")
    }
    var chassis: [Chassis] = []
    for path in (try client.document(collection).members ?? []).prefix(Self.mostChassis) {
      guard clinux_clock_ns() < deadline else {
        throw MeterFault(
          "\(origin) did not list its chassis within \(PowerTrace.text(patience)) s: name one of them in the URL, such as "
            + "\(origin)\(path).")
      }
      let document = try client.document(path)
      chassis.append(
        Chassis(
          path: path, containedBy: document.containedBy, type: document.chassisType,
          source: try Self.source(client, document, at: path)))
    }
    guard let chosen = Self.choose(chassis), let source = chosen.source else {
      throw MeterFault(
        "None of the \(chassis.count) chassis of \(origin) tells a power in watts: the controller has no sensor for it, or "
          + "hides it from this user.")
    }
    self.source = source
    others = chassis.filter { $0.source != nil && $0.path != chosen.path }.compactMap(\.source?.chassis)
  }

  /// A chassis as the service describes it.
  struct Chassis {
    let path: String
    let containedBy: String?
    let type: String?
    let source: RedfishSource?
  }

  /// The one to read: it has a reading, lies in no other that has one, is a whole machine where there is such a one, and is the
  /// first of these.
  static func choose(_ chassis: [Chassis]) -> Chassis? {
    let byPath = Dictionary(chassis.map { (RedfishURL.trimmed($0.path), $0) }) { first, _ in first }
    func lies(_ one: Chassis) -> Bool {
      var outer = one.containedBy
      // Services say what they like, also that two chassis contain each other.
      for _ in chassis {
        guard let path = outer.map(RedfishURL.trimmed), let next = byPath[path] else { return false }
        if next.source != nil, path != RedfishURL.trimmed(one.path) { return true }
        outer = next.containedBy
      }
      return false
    }
    let readable = chassis.filter { $0.source != nil }
    let outermost = readable.filter { !lies($0) }
    let candidates = outermost.isEmpty ? readable : outermost
    return candidates.first { $0.type.map(wholeTypes.contains) ?? false } ?? candidates.first
  }

  /// What a resource says of power itself, or, where it is a chassis, what its own resources say.
  private static func source(_ client: RedfishClient, at path: String) throws(MeterFault) -> RedfishSource? {
    try source(client, try client.document(path), at: path)
  }

  private static func source(
    _ client: RedfishClient, _ document: RedfishDocument, at path: String
  ) throws(MeterFault) -> RedfishSource? {
    let name = ForeignText.shown(document.id ?? path, limit: 60)
    if let source = RedfishSource(document, path: path, chassis: name) { return source }
    for link in [document.environmentMetrics, document.power].compactMap({ $0 }) {
      if let resource = try client.optionalDocument(link),
        let source = RedfishSource(resource, path: link, chassis: name)
      {
        return source
      }
    }
    return nil
  }
}
