/// Reads one resource of a Redfish service again and again.
final class RedfishReader: MeterReader {
  /// Seconds between questions: a controller is slow, and its sensors are not faster.
  static let period = 1.0
  /// The search may take so many times as long as an answer.
  static let searchPatience = 3.0
  /// Services write whole watts, or more digits than the sensor has.
  static let resolution = 1.0
  /// A web service does not read its sensor for every question, whatever the sensor's own interval.
  static let leastUpdateInterval = 1.0

  let traits: MeterTraits
  /// What is read.
  let search: RedfishSearch
  private let client: RedfishClient

  /// The service, for example `https://bmc`.
  var origin: String { client.url.origin }

  init(_ settings: RedfishSettings) throws(MeterFault) {
    let client = try RedfishClient(settings)
    let search = try RedfishSearch(client, patience: Self.searchPatience * settings.patience)
    self.client = client
    self.search = search
    let sensor: RedfishDocument? =
      if let path = search.source.sensor { try client.optionalDocument(path) } else { nil }
    // Accuracy is in percent of the reading (DSP8010, Sensor).
    let accuracy = sensor?.accuracy.flatMap { $0 >= 0 && $0 <= 100 ? $0 / 100 : nil }
    traits = MeterTraits(
      channels: [.init(search.source.chassis, .power, resolution: Self.resolution)], scope: .machine,
      updateInterval: max(sensor?.interval ?? settings.updateInterval, Self.leastUpdateInterval),
      relativeError: accuracy ?? 0, period: Self.period)
  }

  func read() throws(MeterFault) -> [MeterSample] {
    let path = search.source.path
    let place = client.url.origin + path
    guard let watts = search.source.watts(try client.document(path)) else {
      throw MeterFault("\(place) tells no power at the moment: it is null or missing.")
    }
    guard watts >= 0, watts <= 1e6 else {
      throw MeterFault("\(place) tells a power of \(watts) W, which makes no sense.")
    }
    return [MeterSample(values: [.watts(watts)])]
  }
}
