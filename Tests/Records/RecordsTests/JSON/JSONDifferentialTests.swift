import FoundationEssentials
import Testing

@testable import Records

/// Ours against Foundation's JSON, on random texts and on damaged ones.
///
/// `ASSAY_FUZZ_SECONDS=300` goes on for so long, from a seed of its own, which failures name.
@Suite struct JSONDifferentialTests {
  /// What only we refuse, by the end of the reason that is given; everything else that Foundation reads, we read.
  private static let stricter = [
    // RFC 8259, section 4, leaves it open; Foundation takes one of them.
    "is there twice in one object",
    // Foundation takes `[1, ]`, though not `[1,]`.
    "a comma is the last of an array",
    // Foundation goes to 512.
    "it nests deeper than \(JSONParser.depthLimit)",
    // More than 400, of a number; Foundation takes any.
    "characters",
  ]

  private struct Difference: Error, CustomStringConvertible {
    let description: String
  }

  private static func canonical(_ text: JSONText) -> [UInt8] {
    var bytes: [UInt8] = []
    text.appendCanonical(0, to: &bytes)
    return bytes
  }

  /// Holds what we make of a text against what Foundation makes of it; whether both read it.
  @discardableResult
  private static func compare(_ bytes: [UInt8]) throws -> Bool {
    let theirs = Result { try JSONDecoder().decode(AnyJSON.self, from: Data(bytes)) }
    let text: JSONText
    do { text = try JSONText(bytes) } catch {
      if case .success = theirs, !stricter.contains(where: error.reason.hasSuffix) {
        throw Difference(description: "only we refuse: \(error)")
      }
      return false
    }
    let ours = Result { try JSONTextDecoder.decode(AnyJSON.self, from: text) }
    switch (ours, theirs) {
    // A number beyond doubles, which nothing else is wrong with.
    case (.failure, .failure): return false
    case (.failure(let error), .success): throw Difference(description: "only we refuse: \(error)")
    case (.success, .failure(let error)): throw Difference(description: "only we read: \(error)")
    case (.success(let ours), .success(let theirs)):
      guard ours.agrees(with: theirs) else { throw Difference(description: "\(ours) for \(theirs)") }
    }
    let canonical = canonical(text)
    guard try Self.canonical(JSONText(canonical)) == canonical else {
      throw Difference(description: "the canonical form has another one: \(String(decoding: canonical, as: UTF8.self))")
    }
    return true
  }

  private static func report(_ error: any Error, seed: UInt64, _ bytes: [UInt8]) {
    Issue.record("seed \(seed): \(error) in \(String(reflecting: String(decoding: bytes.prefix(2000), as: UTF8.self)))")
  }

  /// Runs a check for a number of seeds, or for as long as the environment says.
  private static func forSeeds(_ count: Int, _ check: (UInt64) -> Void) {
    guard let seconds = ProcessInfo.processInfo.environment["ASSAY_FUZZ_SECONDS"].flatMap(Double.init) else {
      for seed in 0..<UInt64(count) { check(seed) }
      return
    }
    let end = ContinuousClock.now + .seconds(seconds)
    var seed = UInt64.random(in: 0...UInt64.max >> 1)
    while ContinuousClock.now < end {
      check(seed)
      seed += 1
    }
  }

  @Test func randomTextsReadAsFoundationReadsThem() {
    Self.forSeeds(700) { seed in
      var json = RandomJSON(seed: seed)
      let bytes = json.document()
      do {
        guard try Self.compare(bytes) else { throw Difference(description: "it is refused") }
      } catch { Self.report(error, seed: seed, bytes) }
    }
  }

  @Test func damagedTextsReadAsFoundationReadsThem() {
    var read = 0
    Self.forSeeds(2000) { seed in
      var json = RandomJSON(seed: seed)
      let bytes = json.damaged(json.document())
      do { read += try Self.compare(bytes) ? 1 : 0 } catch { Self.report(error, seed: seed, bytes) }
    }
    // Damage that nothing survived would compare no values.
    #expect(read > 100)
  }

  @Test func whatIsWrittenReadsAsFoundationReadsIt() {
    Self.forSeeds(350) { seed in
      var json = RandomJSON(seed: seed)
      let bytes = json.document()
      do {
        let value = try JSONTextDecoder.decode(AnyJSON.self, from: JSONText(bytes))
        let written = try JSONTextEncoder.encode(value)
        let ours = try JSONTextDecoder.decode(AnyJSON.self, from: JSONText(written))
        let theirs = try JSONDecoder().decode(AnyJSON.self, from: Data(written))
        guard ours.agrees(with: theirs) else { throw Difference(description: "\(ours) for \(theirs)") }
        guard try JSONTextEncoder.encode(ours) == written else { throw Difference(description: "it changes") }
        let foreign = try JSONEncoder().encode(value)
        guard try JSONTextDecoder.decode(AnyJSON.self, from: JSONText([UInt8](foreign))).agrees(with: ours) else {
          throw Difference(
            description: "Foundation's text reads otherwise: \(String(decoding: foreign, as: UTF8.self))")
        }
      } catch { Self.report(error, seed: seed, bytes) }
    }
  }

  /// Lists of whole numbers have a way of their own, which is that of latencies.
  @Test func listsOfWholeNumbersReadAsFoundationReadsThem() {
    Self.forSeeds(300) { seed in
      var random = SeededGenerator(seed: seed)
      let values = (0...Int64(random.next() % 9)).map { _ in
        Int64(truncatingIfNeeded: random.next()) >> Int64(4 + random.next() % 60)
      }
      let bytes = Array("[\(values.map { "\($0)" }.joined(separator: random.next() % 2 == 0 ? "," : " ,\n"))]".utf8)
      do {
        let text = try JSONText(bytes)
        let theirs = try JSONDecoder().decode([Int64].self, from: Data(bytes))
        let ours = try JSONTextDecoder.decode([Int64].self, from: text)
        let counts = try JSONTextDecoder.decode([Int].self, from: text)
        guard ours == theirs, counts.map(Int64.init) == theirs, theirs == values else {
          throw Difference(description: "\(ours) and \(counts) for \(theirs)")
        }
      } catch { Self.report(error, seed: seed, bytes) }
    }
  }
}
