/// Where a Redfish service tells what a chassis draws.
struct RedfishSource: Hashable {
  /// The resource.
  let path: String
  let kind: Kind
  /// The chassis, for tables: its Id, or the resource's name.
  let chassis: String
  /// The sensor behind it; nil where the service does not name one.
  let sensor: String?

  /// What the resource is.
  enum Kind: Hashable {
    /// EnvironmentMetrics: PowerWatts.Reading.
    case environmentMetrics
    /// Power: PowerConsumedWatts of that entry of PowerControl. Services list the whole first and parts of it after that, so
    /// entries are never added.
    case powerControl(Int)
    /// Sensor: Reading.
    case sensor
  }

  /// What a document says of power; nil where it says nothing that counts. Nothing draws 0 W: it stands for a sensor that is
  /// missing.
  init?(_ document: RedfishDocument, path: String, chassis: String) {
    self.path = path
    self.chassis = chassis
    let isReading = { (watts: Double?) in watts.map { $0 > 0 && $0 <= 1e6 } ?? false }
    if isReading(document.powerWatts?.reading) {
      kind = .environmentMetrics
      sensor = document.powerWatts?.source.flatMap(RedfishURL.path(ofLink:))
    } else if let entry = document.powerControl?.firstIndex(where: { isReading($0.watts) }) {
      kind = .powerControl(entry)
      sensor = nil
    } else if document.readingUnits == "W", isReading(document.reading) {
      kind = .sensor
      sensor = path
    } else {
      return nil
    }
  }

  /// The watts in a later version of the resource, whatever they are; nil where there are none.
  func watts(_ document: RedfishDocument) -> Double? {
    switch kind {
    case .environmentMetrics: document.powerWatts?.reading
    case .powerControl(let entry): document.powerControl.flatMap { entry < $0.count ? $0[entry].watts : nil }
    case .sensor: document.reading
    }
  }

  /// In words.
  var words: String {
    switch kind {
    case .environmentMetrics: "EnvironmentMetrics"
    case .powerControl(let entry): "PowerControl[\(entry)] of Power"
    case .sensor: "a sensor"
    }
  }
}
