import Testing

@testable import Energy

@Suite("RedfishURL")
struct RedfishURLTests {
  @Test(
    "URLs in their parts",
    arguments: [
      ("https://bmc", "https://bmc", "", true), ("HTTPS://BMC/", "https://bmc", "/", true),
      ("https://bmc:8443/redfish/v1", "https://bmc:8443", "/redfish/v1", true),
      ("https://[fe80::1]:99/redfish/v1/Chassis/1", "https://[fe80::1]:99", "/redfish/v1/Chassis/1", false),
      ("http://127.0.0.1:80/redfish", "http://127.0.0.1", "/redfish", true),
    ])
  func parts(text: String, origin: String, path: String, isRoot: Bool) throws {
    let url = try #require(RedfishURL(text))
    #expect(url.origin == origin)
    #expect(url.path == path)
    #expect(url.isRoot == isRoot)
  }

  @Test(
    "What is no URL of a service",
    arguments: [
      "", "bmc", "//bmc", "ftp://bmc", "https:/bmc", "https://", "https://:443", "https://bmc:0", "https://bmc:x",
      "https://a b",
      "https://bmc/?x=1", "https://bmc/#x", "https://bmc\\evil", "https://bmc/\r\nX: y", "https://bmc/\u{7}",
      "https://b\u{fc}c",
      "https://user:secret@bmc", "https://bmc/" + String(repeating: "a", count: 2000),
    ])
  func nonsense(text: String) { #expect(RedfishURL(text) == nil) }

  @Test(
    "A URL with a user or a password is refused without showing it",
    arguments: [
      "https://jeanne:s3cret@bmc", "https://jeanne@bmc/redfish/v1", "http://jeanne:s3cret@127.0.0.1",
      "jeanne:s3cret@bmc", "https://jeanne:s3cret/2@bmc/", "https://jeanne:s3cret?2@bmc",
      "https://jeanne:s3cret#@\u{301}",
      "https://:s3cret@bmc",
    ])
  func credentials(text: String) {
    let reason = RedfishMeter(.init(url: text)).availability().text
    #expect(reason.contains("holds a user or a password"), "\(reason)")
    #expect(!reason.contains("s3cret") && !reason.contains("jeanne"))
  }

  @Test(
    "Plain HTTP is for this machine alone, unless it is asked for",
    arguments: [
      ("http://localhost:1", true), ("http://127.9.8.7:1", true), ("http://[::1]:1", true),
      ("http://bmc.invalid:1", false),
      ("http://128.0.0.1:1", false), ("http://127.0.0.1.example:1", false), ("http://127.0.0:1", false),
    ])
  func plain(text: String, isAllowed: Bool) {
    var settings = RedfishSettings(url: text, credentials: .environment(prefix: "ASSAY_TEST_NONE"), patience: 0.2)
    #expect((try? RedfishClient(settings)) == nil ? !isAllowed : isAllowed)
    if !isAllowed {
      let reason = RedfishMeter(settings).availability().text
      #expect(reason.contains("would send the password in the clear"), "\(reason)")
      settings.allowsPlainHTTP = true
      #expect((try? RedfishClient(settings)) != nil)
    }
  }

  @Test(
    "A URL without user and password",
    arguments: [
      ("http://u:p@bmc/redfish", "http://bmc/redfish"), ("http://a@b@evil/x", "http://evil/x"),
      ("http://bmc/@", "http://bmc/@"),
      ("http://bmc", "http://bmc"), ("", ""),
    ])
  func stripped(text: String, rest: String) { #expect(RedfishURL.withoutCredentials(text) == rest) }

  @Test(
    "Links lead to the same server alone",
    arguments: [
      ("/redfish/v1/Chassis/1", "/redfish/v1/Chassis/1"),
      ("/redfish/v1/Chassis/1/Power#/PowerControl/0", "/redfish/v1/Chassis/1/Power"),
      ("//elsewhere/redfish/v1", nil), ("https://elsewhere/redfish/v1", nil), ("/other", nil), ("", nil),
      ("@evil/redfish/", nil),
      ("/redfish/v1/\r\nX", nil), ("/redfish/v1?x", nil),
    ] as [(String, String?)])
  func links(link: String, path: String?) { #expect(RedfishURL.path(ofLink: link) == path) }

  @Test(
    "Durations of sensors",
    arguments: [
      ("PT0.25S", 0.25), ("PT1S", 1), ("PT1M", 60), ("PT1H1M1S", 3661), ("P1D", 86_400), ("PT", nil), ("P", nil),
      ("1S", nil),
      ("PT1", nil), ("PTS", nil), ("P1M", nil), ("PT-1S", nil), ("PT1..2S", nil), ("PT0S", nil), ("P2D", nil),
      ("PT" + String(repeating: "9", count: 400) + "S", nil),
    ] as [(String, Double?)])
  func durations(text: String, seconds: Double?) throws {
    let document = try RedfishDocument(json: "{\"SensingInterval\": \"\(text)\"}")
    #expect(document.interval == seconds)
  }
}
