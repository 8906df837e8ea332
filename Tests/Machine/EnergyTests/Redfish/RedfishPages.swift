/// Documents of made-up services, laid out as DMTF's schemas want them (DSP8010: ServiceRoot v1.16, ChassisCollection, Chassis
/// v1.22, EnvironmentMetrics v1.3, Power v1.7, Sensor v1.6).
enum RedfishPages {
  typealias Pages = [String: RedfishService.Page]

  /// A service with chassis.
  static func service(_ chassis: [String], _ rest: Pages...) -> Pages {
    let members = chassis.map { "{\"@odata.id\": \"/redfish/v1/Chassis/\($0)\"}" }.joined(separator: ", ")
    var pages: Pages = [
      "/redfish/v1/": .init(
        body: """
          {"@odata.type": "#ServiceRoot.v1_16_0.ServiceRoot", "@odata.id": "/redfish/v1/", "Id": "RootService",
           "RedfishVersion": "1.18.0", "Chassis": {"@odata.id": "/redfish/v1/Chassis"},
           "Systems": {"@odata.id": "/redfish/v1/Systems"}}
          """),
      "/redfish/v1/Chassis": .init(
        body: """
          {"@odata.type": "#ChassisCollection.ChassisCollection", "@odata.id": "/redfish/v1/Chassis", "Name": "Chassis",
           "Members@odata.count": \(chassis.count), "Members": [\(members)]}
          """),
    ]
    for part in rest { pages.merge(part) { _, new in new } }
    return pages
  }

  /// A chassis with its resources.
  static func chassis(
    _ id: String, type: String = "RackMount", in outer: String? = nil, environment: String? = nil, power: String? = nil,
    sensor: String? = nil
  ) -> Pages {
    let place = "/redfish/v1/Chassis/\(id)"
    var fields = [
      "\"@odata.type\": \"#Chassis.v1_22_0.Chassis\"", "\"@odata.id\": \"\(place)\"", "\"Id\": \"\(id)\"",
      "\"Name\": \"Chassis \(id)\"", "\"ChassisType\": \"\(type)\"",
    ]
    var pages: Pages = [:]
    if let environment {
      fields.append("\"EnvironmentMetrics\": {\"@odata.id\": \"\(place)/EnvironmentMetrics\"}")
      pages["\(place)/EnvironmentMetrics"] = .init(body: environment)
    }
    if let power {
      fields.append("\"Power\": {\"@odata.id\": \"\(place)/Power\"}")
      pages["\(place)/Power"] = .init(body: power)
    }
    if let sensor { pages["\(place)/Sensors/TotalPower"] = .init(body: sensor) }
    if let outer {
      fields.append("\"Links\": {\"ContainedBy\": {\"@odata.id\": \"/redfish/v1/Chassis/\(outer)\"}}")
    }
    pages[place] = .init(body: "{\(fields.joined(separator: ", "))}")
    return pages
  }

  /// EnvironmentMetrics.
  static func environment(_ reading: String, of id: String? = nil) -> String {
    let source = id.map { ", \"DataSourceUri\": \"/redfish/v1/Chassis/\($0)/Sensors/TotalPower\"" } ?? ""
    return """
      {"@odata.type": "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", "Id": "EnvironmentMetrics", "Name": "Environment",
       "TemperatureCelsius": {"Reading": 39}, "PowerWatts": {"Reading": \(reading)\(source)}}
      """
  }

  /// Power, with an entry for each reading.
  static func power(_ readings: String...) -> String {
    let entries = readings.enumerated().map { place, reading in
      """
      {"@odata.id": "/redfish/v1/Chassis/1/Power#/PowerControl/\(place)", "MemberId": "\(place)", "Name": "Power \(place)",
       "PowerConsumedWatts": \(reading), "PowerCapacityWatts": 800, "PowerMetrics": {"IntervalInMin": 30,
       "AverageConsumedWatts": 319}, "Status": {"State": "Enabled", "Health": "OK"}}
      """
    }
    return """
      {"@odata.type": "#Power.v1_7_1.Power", "Id": "Power", "Name": "Power",
       "PowerControl": [\(entries.joined(separator: ", "))],
       "PowerSupplies": [{"MemberId": "0", "LastPowerOutputWatts": 325, "LineInputVoltage": 230}]}
      """
  }

  /// A sensor of power.
  static func sensor(_ reading: String, interval: String = "PT1S", accuracy: String = "2") -> String {
    """
    {"@odata.type": "#Sensor.v1_6_0.Sensor", "Id": "TotalPower", "Name": "Power of the chassis", "ReadingType": "Power",
     "Reading": \(reading), "ReadingUnits": "W", "SensingInterval": "\(interval)", "Accuracy": \(accuracy)}
    """
  }

  /// A server as it is usual today: one chassis, whose sensor says how often it reads.
  static func usual(_ reading: String = "374") -> Pages {
    service(
      ["1U"], chassis("1U", environment: environment(reading, of: "1U"), power: power("344"), sensor: sensor(reading)))
  }
}
