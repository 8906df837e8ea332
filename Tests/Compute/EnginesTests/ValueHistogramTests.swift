import Foundation
import NumericFormats
import Testing

@testable import Engines

/// Ranges against an independent implementation; see Tests/Fixtures/golden/README.md.
@Suite struct ValueHistogramTests {
  struct Ranges: Decodable {
    let u8: [Double]
    let s8: Double
    /// For s8 that is held to -64 ... 64; nil where the number of levels makes no difference.
    let s7: Double?
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let count: Int
    let least: Double
    let greatest: Double
    let bins: [[Int]]
    let percentile: Ranges
    let narrowPercentile: Ranges
    let entropy: Ranges
    let meanSquaredError: Ranges

    enum CodingKeys: String, CodingKey {
      case name, count, least, greatest, bins, entropy
      case percentile = "percentile:99.99"
      case narrowPercentile = "percentile:99"
      case meanSquaredError = "mean-squared-error"
    }

    var testDescription: String { name }

    /// The values that the generator made, by the same FP32 operations.
    var values: [Float] {
      func weyl(_ factor: UInt64, _ k: Int) -> Float {
        Float((UInt64(k) &* factor & 0xFFFF_FFFF) >> 8) * 0x1p-24
      }
      var values = (1...count).map { k -> Float in
        let uniform = weyl(2_654_435_769, k)
        let t = uniform + weyl(2_246_822_519, k) + weyl(3_266_489_917, k) + weyl(668_265_263, k) - 2
        return switch name {
        case "relu": max(t, 0)
        case "heavy": t * t * t * t * t
        case "lopsided": t > 0 ? t * t * t : t * 0.0625
        case "uniform": uniform
        default: t * 0.125
        }
      }
      if name == "outlier" { values[17] = 40 }
      return values
    }
  }

  private struct File: Decodable { let cases: [Case] }

  static let cases: [Case] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/golden/calibration.json")
    guard let data = try? Data(contentsOf: file), let read = try? JSONDecoder().decode(File.self, from: data) else {
      return []
    }
    return read.cases
  }()

  @Test func thereAreCases() { #expect(Self.cases.map(\.name) == ["relu", "heavy", "lopsided", "uniform", "outlier"]) }

  /// A histogram filled in three parts.
  private func histogram(_ item: Case) throws -> ValueHistogram {
    let values = item.values
    let range = try #require(ValueRange(least: values.min()!, greatest: values.max()!))
    var histogram = try #require(ValueHistogram(range: range))
    values.withUnsafeBufferPointer { all in
      for part in [0..<1000, 1000..<1001, 1001..<values.count] {
        histogram.add(UnsafeBufferPointer(rebasing: all[part]), CPUFeatures.detect().operatorTable)
      }
    }
    return histogram
  }

  @Test(arguments: cases)
  func countsAgree(item: Case) throws {
    let histogram = try histogram(item)
    #expect(histogram.least == item.least)
    #expect(histogram.greatest == item.greatest)
    #expect(histogram.counts.reduce(0, +) == UInt64(item.count))
    for bin in item.bins { #expect(histogram.counts[bin[0]] == UInt64(bin[1]), "bin \(bin[0])") }
  }

  @Test(arguments: cases)
  func rangesAgree(item: Case) throws {
    let histogram = try histogram(item)
    let methods: [(CalibrationMethod, Ranges)] = [
      (.percentile(99.99), item.percentile), (.percentile(99), item.narrowPercentile), (.entropy, item.entropy),
      (.meanSquaredError, item.meanSquaredError),
    ]
    for (method, expected) in methods {
      let unsigned = try #require(histogram.range(method, isSymmetric: false))
      let signed = try #require(histogram.range(method, isSymmetric: true))
      // Ranges end at bins, or half bins: what is not the same bin differs by 1/4096 at least.
      #expect(abs(Double(unsigned.least) - expected.u8[0]) <= 1e-6 * item.greatest, "\(method)")
      #expect(abs(Double(unsigned.greatest) - expected.u8[1]) <= 1e-6 * item.greatest, "\(method)")
      #expect(abs(Double(signed.greatest) - expected.s8) <= 1e-6 * item.greatest, "\(method)")
      #expect(signed.least == -signed.greatest)
      let narrow = try #require(histogram.range(method, isSymmetric: true, levels: 65))
      #expect(abs(Double(narrow.greatest) - (expected.s7 ?? expected.s8)) <= 1e-6 * item.greatest, "\(method)")
    }
  }

  @Test(arguments: cases)
  func minMaxClipsNothing(item: Case) throws {
    let histogram = try histogram(item)
    #expect(
      histogram.range(.minMax, isSymmetric: false)
        == ValueRange(least: Float(item.least), greatest: Float(item.greatest)))
    let magnitude = Float(max(-item.least, item.greatest))
    #expect(histogram.range(.minMax, isSymmetric: true) == ValueRange(least: -magnitude, greatest: magnitude))
  }

  @Test func narrowRangesAreLeftAlone() throws {
    func histogram(_ least: Float, _ greatest: Float) throws -> ValueHistogram? {
      ValueHistogram(range: try #require(ValueRange(least: least, greatest: greatest)))
    }
    #expect(try histogram(0, 0) == nil)
    #expect(try histogram(0, .leastNonzeroMagnitude) == nil)
    let negative = try #require(try histogram(-3, -1))
    // Nothing counted: nothing to clip.
    for method in [CalibrationMethod.percentile(99), .entropy, .meanSquaredError] {
      #expect(negative.range(method, isSymmetric: false) == ValueRange(least: -3, greatest: 0))
    }
  }
}
