import LoadGen
import Serving
import Testing

@Suite struct StandInWordsTests {
  @Test(arguments: [
    ("null", StandIn.Behaviour.null),
    ("sleep:2ms", .sleep(time: 2_000_000, instances: 1)),
    ("sleep:2ms:4", .sleep(time: 2_000_000, instances: 4)),
    ("sleep:instances=4,1.5s", .sleep(time: 1_500_000_000, instances: 4)),
    ("sleep:instances=256,time=0s", .sleep(time: 0, instances: 256)),
    ("spin:100us", .spin(time: 100_000)),
    ("stall", .stall(every: 1000, time: 50_000_000, service: 100_000)),
    ("stall:every=10,for=5ms,service=1us", .stall(every: 10, time: 5_000_000, service: 1000)),
    ("batcher:1ms,100us", .batcher(fixed: 1_000_000, each: 100_000, maxBatch: 8, maxWait: 2_000_000, instances: 1)),
    (
      "batcher:fixed=1ms,each=0ns,max=32,wait=0s,instances=2",
      .batcher(fixed: 1_000_000, each: 0, maxBatch: 32, maxWait: 0, instances: 2)
    ),
    ("silent", .silent(every: 1)), ("silent:every=100", .silent(every: 100)), ("twice:7", .twice(every: 7)),
    ("reorder:8", .reorder(count: 8)), ("throw:every=3", .refuse(every: 3)), ("fail", .fail(every: 1)),
    ("unknown:every=2", .unknown(every: 2)), ("hold", .hold), ("block:after=10", .block(after: 10)),
    ("noise", .noise), ("cache:1ms", .cache(time: 1_000_000, entries: 1)),
    ("cache:1ms,entries=1024", .cache(time: 1_000_000, entries: 1024)),
  ])
  func wordsAreUnderstood(words: String, expected: StandIn.Behaviour) throws {
    let standIn = try StandIn(words)
    #expect(standIn.behaviour == expected)
    #expect(standIn.words == words)
  }

  @Test(arguments: [
    ("", 1, "stand-ins are called null"), ("nul", 1, "stand-ins are called null"),
    ("NULL", 1, "stand-ins are called null"),
    ("null:", 6, "there is nothing more to say; write null"),
    ("sleep", 6, "time is missing; write sleep:time=TIME[,instances=N]"),
    ("sleep:", 7, "time is a number with ns, us, ms or s, such as 2ms, up to 86400s, and nothing is none"),
    ("sleep:2", 7, "and `2` is none"), ("sleep:2ms:0", 11, "instances is a number from 1 to 256, and `0` is none"),
    ("sleep:2ms:257", 11, "a number from 1 to 256"), ("sleep:2ms:4:5", 13, "there is nothing more to say"),
    ("sleep:time=-2ms", 12, "and `-2ms` is none"), ("sleep:time=1ms,time=2ms", 16, "time is given twice"),
    ("sleep:1ms,time=2ms", 11, "time is given twice"),
    ("sleep:tiem=1ms", 7, "`tiem` is not among what it takes; write sleep:time=TIME[,instances=N]"),
    ("sleep:1ms,,", 11, "instances is a number from 1 to 256, and nothing is none"),
    ("silent:every=99999999999999999999", 14, "a number from 1 to 1000000000"),
    ("sleep:99999999999s", 7, "up to 86400s"),
  ])
  func problemsAreNamedWithTheirPlace(words: String, position: Int, reason: String) throws {
    let error = try #require(throws: StandInError.self) { try StandIn(words) }
    #expect(error.position == position)
    #expect(error.reason.contains(reason))
    #expect(error.description.contains("at character \(position): "))
  }

  @Test func formsThatNeedNothingAreUnderstoodByTheirName() throws {
    #expect(StandIn.forms.count == 15)
    for form in StandIn.forms where !form.pattern.contains(":") || form.pattern.contains("[:") {
      #expect(throws: Never.self) { try StandIn(form.name) }
    }
  }
}
