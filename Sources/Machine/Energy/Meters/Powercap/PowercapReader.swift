/// Reads the counters of RAPL domains, whose files it holds open.
final class PowercapReader: MeterReader {
  /// A domain that is read.
  struct Zone {
    let zone: PowercapZone
    let range: UInt64
    let isCounted: Bool
    /// The counter's file since the last look.
    var held: HeldFile?
  }

  /// Seconds between looks at which domains there are and whether the open files are theirs: listing costs much more than reading.
  static let lookInterval = 1.0

  let traits: MeterTraits
  private let files: TextFile
  private let clock: @Sendable () -> Int64
  private var zones: [Zone]
  private let listed: [PowercapZone]
  private var nextLook = Int64.min

  init(
    _ files: TextFile, _ clock: @escaping @Sendable () -> Int64, _ zones: [Zone], _ listed: [PowercapZone],
    _ scope: MeterScope
  ) {
    (self.files, self.clock, self.zones, self.listed) = (files, clock, zones, listed)
    let isPlatform = scope == .platform
    let mostWatts = isPlatform ? PowercapMeter.mostPlatformWatts : PowercapMeter.mostWatts
    traits = MeterTraits(
      channels: zones.map { zone in
        MeterTraits.Channel(
          zone.zone.domain, .counter(joules: 1e-6, range: zone.range, mostWatts: mostWatts), isCounted: zone.isCounted,
          resolution: isPlatform ? PowercapMeter.platformResolution : PowercapMeter.resolution)
      }, scope: scope, updateInterval: PowercapMeter.updateInterval)
  }

  func read() throws(MeterFault) -> [MeterSample] {
    if clock() >= nextLook { try look() }
    var values: [MeterSample.Value] = []
    values.reserveCapacity(zones.count)
    do throws(MeterFault) {
      for zone in zones {
        values.append(.count(try zone.zone.count(files, range: zone.range, held: zone.held)))
      }
    } catch {
      // Whatever it was, nothing is taken for granted any more.
      nextLook = .min
      throw error
    }
    return [MeterSample(values: values)]
  }

  private func look() throws(MeterFault) {
    // One that appears would be missed, and one that goes may come back as another.
    guard try PowercapZone.all(files) == listed else {
      throw MeterFault("The RAPL domains of \(PowercapZone.folder) changed, so they cannot be compared.")
    }
    for place in zones.indices { zones[place].held = zones[place].zone.held(files) }
    nextLook = clock() + Int64(Self.lookInterval * 1e9)
  }
}
