import FoundationEssentials
import Records
import Statistics
import Testing

@testable import Analysis

/// Damaged records on the way that `assay verify` takes: an error or a verdict, whatever they say. A trap ends the tests.
///
/// `ASSAY_FUZZ_SECONDS=300` goes on for so long, from a seed of its own.
@Suite struct HostileRecordTests {
  /// What stands in place of a number: the ends of all types and what sums, products and divisions stumble over.
  private static let numbers = [
    "0", "-0", "-1", "1", "2", "1.5", "-1.5", "255", "256", "65536", "2147483647", "2147483648", "-2147483648",
    "4294967296", "1000000000000000000", "4611686018427387904", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "18446744073709551615", "1e-320", "5e-324", "1e18", "1e19", "1e300",
    "1.7976931348623157e308", "-1.7976931348623157e308", "1e999", "null", "\"\"", "[]", "{}",
  ]

  private static func random<T>(_ values: [T], _ random: inout SeededRandom) -> T {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  /// The places of all numbers of a text that are no part of a string.
  private static func numbers(of json: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var (at, isText) = (0, false)
    while at < json.count {
      if json[at] == UInt8(ascii: "\\") {
        at += 2
        continue
      }
      if json[at] == UInt8(ascii: "\"") { isText.toggle() }
      let start = at
      while !isText, at < json.count, "0123456789.-+eE".utf8.contains(json[at]),
        at > start || json[at] != UInt8(ascii: "e")
      { at += 1 }
      if at > start { places.append(start..<at) } else { at += 1 }
    }
    return places
  }

  /// Edits that leave most texts readable: other numbers, elements that are gone or there twice; and bytes at random.
  private static func edited(_ json: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var json = json
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<7:
        json.replaceSubrange(Self.random(numbers(of: json), &random), with: Self.random(numbers, &random).utf8)
      case 7:
        // An element or a member, from a comma to the next.
        let commas = json.indices.filter { json[$0] == UInt8(ascii: ",") }
        let place = Int.random(in: 0..<commas.count - 1, using: &random)
        let part = commas[place]..<commas[place + 1]
        if Bool.random(using: &random) {
          json.removeSubrange(part)
        } else {
          json.insert(contentsOf: Array(json[part]), at: part.lowerBound)
        }
      case 8: json[Int.random(in: 0..<json.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      default: json.removeSubrange((json.count - Int.random(in: 0..<8, using: &random))...)
      }
    }
    return json
  }

  @Test func damagedRecordsEndWithAVerdict() throws {
    let whole = try RecordSchemaTests.valid.map { try $0.record.encoded() }
    let seconds = ProcessInfo.processInfo.environment["ASSAY_FUZZ_SECONDS"].flatMap(Double.init)
    let end = ContinuousClock.now + .seconds(seconds ?? 0)
    var seed: UInt64 = seconds == nil ? 0 : .random(in: 0...UInt64.max >> 1)
    let last = seed + 1500
    var (refused, contradicting, computed) = (0, 0, 0)
    while seconds == nil ? seed < last : ContinuousClock.now < end {
      var random = SeededRandom(seed: seed)
      seed += 1
      let json = Self.edited(Self.random(whole, &random), &random)
      // A trap says nothing of what it was about.
      if seconds != nil { try Data(json).write(to: Self.lastInput) }
      guard let reading = try? RecordReading(json: json) else {
        refused += 1
        continue
      }
      if reading.contradiction == nil { computed += 1 } else { contradicting += 1 }
      let verification = RecordVerification(reading) { _, _ in "" }
      #expect(verification.checks.first?.subject == .seal)
      #expect(
        verification.checks.contains {
          $0.subject == .figures && ($0.outcome == .failed) == (reading.contradiction != nil)
        })
    }
    // Edits of which none got so far would test nothing.
    #expect(refused > 100 && contradicting > 100 && computed > 100, "\(refused) \(contradicting) \(computed)")
  }

  /// Where a long run keeps what it is about to read.
  private static let lastInput = FileManager.default.temporaryDirectory.appending(path: "assay-hostile-record.json")
}
