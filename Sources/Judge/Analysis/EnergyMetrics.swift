import Energy
import Records

/// A cell's energy in the units that people ask for, all made of its joules a sample.
public struct EnergyMetrics: Codable, Hashable, Sendable {
  /// Where the joules are from.
  public enum Origin: String, Codable, Hashable, Sendable {
    /// A meter.
    case measured
    /// A model; never to be held against measured figures.
    case modelled
  }

  /// Where the joules are from.
  public let origin: Origin
  /// Mean power over the windows, watts: what MLPerf Power reports for Offline and Server.
  public let watts: Double?
  /// Millijoules a query, which has as many samples as the batch: what MLPerf Power reports for SingleStream and MultiStream.
  public let millijoulesPerQuery: Double
  /// Samples for a joule.
  public let samplesPerJoule: Double
  /// Joules a token, padding included; nil where samples have no tokens.
  public let joulesPerToken: Double?
  /// Energy-delay product, joule seconds: a query's joules times its median latency; nil where there is no latency.
  ///
  /// Source: Gonzalez and Horowitz, "Energy Dissipation in General Purpose Microprocessors", IEEE JSSC 31(9), 1996.
  public let energyDelayProduct: Double?

  /// Converts a cell's joules; nil where they are unavailable.
  ///
  /// - Parameters:
  ///   - batch: samples of a query.
  ///   - tokens: of a sample; nil where it has none.
  ///   - latency: the median of a query, seconds.
  init?(
    _ energy: EnergyPerSample?, batch: Int, tokens: Int?, latency: Double?
  ) {
    let joules: Double
    switch energy {
    case .measured(let measured):
      (origin, joules, watts) = (.measured, measured.joules, measured.watts)
    case .modelled(let modelled):
      (origin, joules, watts) = (.modelled, modelled.joules, modelled.watts)
    case .unavailable, nil: return nil
    }
    let perQuery = joules * Double(batch)
    millijoulesPerQuery = perQuery * 1e3
    samplesPerJoule = 1 / joules
    joulesPerToken = tokens.flatMap { $0 > 0 ? joules / Double($0) : nil }
    energyDelayProduct = latency.map { perQuery * $0 }
  }
}
