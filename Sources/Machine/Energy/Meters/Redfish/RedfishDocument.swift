import FoundationEssentials

/// What is read of a Redfish resource, whichever it is; nil for what it does not hold, or not as the schemas have it.
///
/// The names are those of DMTF's schemas (DSP8010): ServiceRoot, ChassisCollection, Chassis, EnvironmentMetrics, Power, Sensor.
struct RedfishDocument: Decodable {
  /// Where something is.
  let id: String?
  let chassis: String?
  let members: [String]?
  let chassisType: String?
  let containedBy: String?
  let environmentMetrics: String?
  let power: String?
  /// EnvironmentMetrics: what the whole draws.
  let powerWatts: Excerpt?
  /// Power: what is drawn, the whole first.
  let powerControl: [Control]?
  /// Sensor.
  let reading: Double?
  let readingUnits: String?
  let sensingInterval: String?
  let accuracy: Double?

  /// A sensor's reading within another resource.
  struct Excerpt: Decodable {
    let reading: Double?
    /// The sensor itself.
    let source: String?

    private enum CodingKeys: String, CodingKey {
      case reading = "Reading"
      case source = "DataSourceUri"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      reading = try? container.decode(Double.self, forKey: .reading)
      source = try? container.decode(String.self, forKey: .source)
    }
  }

  /// An entry of Power's PowerControl.
  struct Control: Decodable {
    let watts: Double?

    private enum CodingKeys: String, CodingKey { case watts = "PowerConsumedWatts" }

    init(from decoder: any Decoder) throws {
      watts = try? decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .watts)
    }
  }

  private struct Link: Decodable {
    let path: String?

    private enum CodingKeys: String, CodingKey { case path = "@odata.id" }

    init(from decoder: any Decoder) throws {
      path = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .path)
    }
  }

  private struct Links: Decodable {
    let containedBy: Link?

    private enum CodingKeys: String, CodingKey { case containedBy = "ContainedBy" }
  }

  private enum CodingKeys: String, CodingKey {
    case id = "Id"
    case chassis = "Chassis"
    case members = "Members"
    case chassisType = "ChassisType"
    case links = "Links"
    case environmentMetrics = "EnvironmentMetrics"
    case power = "Power"
    case powerWatts = "PowerWatts"
    case powerControl = "PowerControl"
    case reading = "Reading"
    case readingUnits = "ReadingUnits"
    case sensingInterval = "SensingInterval"
    case accuracy = "Accuracy"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) -> Value? {
      try? container.decode(type, forKey: key)
    }
    func link(_ key: CodingKeys) -> String? { value(Link.self, key)?.path.flatMap(RedfishURL.path(ofLink:)) }
    id = value(String.self, .id)
    chassis = link(.chassis)
    members = value([Link].self, .members)?.compactMap { $0.path.flatMap(RedfishURL.path(ofLink:)) }
    chassisType = value(String.self, .chassisType)
    containedBy = value(Links.self, .links)?.containedBy?.path.flatMap(RedfishURL.path(ofLink:))
    environmentMetrics = link(.environmentMetrics)
    power = link(.power)
    powerWatts = value(Excerpt.self, .powerWatts)
    powerControl = value([Control].self, .powerControl)
    reading = value(Double.self, .reading)
    readingUnits = value(String.self, .readingUnits)
    sensingInterval = value(String.self, .sensingInterval)
    accuracy = value(Double.self, .accuracy)
  }

  /// Seconds of a sensor's interval, which is an ISO 8601 duration of days and less: `PT0.25S`, `PT1M`.
  var interval: Double? {
    guard let text = sensingInterval, text.utf8.count <= 40, text.hasPrefix("P") else { return nil }
    var seconds = 0.0
    var number = ""
    var isTime = false
    for character in text.dropFirst() {
      switch character {
      case "T": isTime = true
      case "0"..."9", ".": number.append(character)
      default:
        let units: [Character: Double] = isTime ? ["H": 3600, "M": 60, "S": 1] : ["D": 86_400]
        guard let unit = units[character], let count = Double(number) else { return nil }
        seconds += count * unit
        number = ""
      }
    }
    return number.isEmpty && seconds > 0 && seconds <= 86_400 ? seconds : nil
  }
}
