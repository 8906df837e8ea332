/// Reads what a server draws from its management controller, over Redfish (DMTF DSP0266).
///
/// Given a service's root it looks through the chassis for one that tells power, in its EnvironmentMetrics or, on older
/// controllers, in Power; given a resource it reads that alone. Chassis are never added, since many of them overlap.
/// How the controller is known to be the right one is in ``RedfishSettings``; without that nothing is sent.
public struct RedfishMeter: Meter {
  private let settings: RedfishSettings

  /// Makes a meter.
  public init(_ settings: RedfishSettings) { self.settings = settings }

  /// `redfish`.
  public var name: String { "redfish" }

  /// Asks; takes as long as the controller, some seconds where it has many chassis.
  public func availability() -> MeterAvailability {
    do throws(MeterFault) {
      let reader = try RedfishReader(settings)
      _ = try reader.read()
      let (source, others) = (reader.search.source, reader.search.others)
      var covers = "It covers the chassis \(source.chassis) (\(source.words) of \(reader.origin))"
      if !others.isEmpty {
        let names = ForeignText.shown(others.joined(separator: ", "), limit: 80)
        covers +=
          "; other chassis tell power too (\(names)), which may overlap and is not added: name one in the URL to read it"
      }
      return .available(covers: covers + ".")
    } catch {
      return .unavailable(reason: error.reason)
    }
  }

  /// Looks for the resource that tells power; takes as long as ``availability()``.
  public func open() throws(MeterFault) -> any MeterReader { try RedfishReader(settings) }
}
