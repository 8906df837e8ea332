import Energy
import Glibc
import MachineTestSupport
import Testing

@Suite("Credentials")
struct CredentialsTests {
  private static func file(_ text: String, mode: mode_t = 0o600) throws -> (FakeSystem, String) {
    let system = try FakeSystem(["/secrets": text])
    chmod(system.root + "/secrets", mode)
    return (system, system.root + "/secrets")
  }

  @Test("The variables that may hold them")
  func variables() {
    #expect(
      Credentials.variables == [
        "ASSAY_IPMI_USER", "ASSAY_IPMI_PASSWORD", "ASSAY_IPMI_TOKEN", "ASSAY_REDFISH_USER", "ASSAY_REDFISH_PASSWORD",
        "ASSAY_REDFISH_TOKEN",
      ])
  }

  @Test(
    "A file with user and password, as they are",
    arguments: [
      ("user=admin\npassword=s3cret\n", "admin", "s3cret"),
      ("# for the BMC\n\n  \npassword= a = b \r\nuser=x y", "x y", " a = b "),
      ("user=u\npassword=", "u", ""), ("password=#\nuser=ü", "ü", "#"),
    ])
  func pair(text: String, user: String, password: String) throws {
    let (system, path) = try Self.file(text)
    let credentials = try #require(try Credentials.read(.file(path)))
    #expect(credentials.user?.revealed == user)
    #expect(credentials.password?.revealed == password)
    #expect(credentials.token == nil)
    #expect(credentials.origin == "the file \(path)")
    _ = system
  }

  @Test("A file with a token")
  func token() throws {
    let (system, path) = try Self.file("token=abc123\n")
    let credentials = try #require(try Credentials.read(.file(path)))
    #expect(credentials.token?.revealed == "abc123")
    #expect(credentials.user == nil && credentials.password == nil)
    _ = system
  }

  @Test("The environment, which may hold nothing")
  func environment() throws {
    func read(_ variables: [String: String]) throws -> Credentials? {
      try Credentials.read(.environment(prefix: "ASSAY_X")) { variables[$0] }
    }
    #expect(try read([:]) == nil)
    let pair = try #require(try read(["ASSAY_X_USER": "u", "ASSAY_X_PASSWORD": "s3cret"]))
    #expect(pair.user?.revealed == "u" && pair.password?.revealed == "s3cret")
    #expect(pair.origin == "ASSAY_X_USER and ASSAY_X_PASSWORD")
    #expect(try read(["ASSAY_X_TOKEN": "t"])?.origin == "ASSAY_X_TOKEN")
    for bad in [
      ["ASSAY_X_USER": "u"], ["ASSAY_X_PASSWORD": "s3cret"], ["ASSAY_X_USER": "", "ASSAY_X_PASSWORD": "s3cret"],
      ["ASSAY_X_TOKEN": ""], ["ASSAY_X_TOKEN": "t", "ASSAY_X_PASSWORD": "s3cret"], ["ASSAY_X_TOKEN": "s3cret t"],
      ["ASSAY_X_USER": "u", "ASSAY_X_PASSWORD": "s3cret\nX: y"],
      ["ASSAY_X_USER": "u\u{7f}", "ASSAY_X_PASSWORD": "s3cret"],
    ] {
      #expect(throws: MeterFault.self) { try read(bad) }
      do { _ = try read(bad) } catch let fault as MeterFault { check(fault.reason, says: "ASSAY_X_") }
    }
  }

  @Test("The variables of this process are read")
  func ownEnvironment() throws {
    setenv("ASSAY_TEST_OWN_USER", "u", 1)
    setenv("ASSAY_TEST_OWN_PASSWORD", "p", 1)
    #expect(try Credentials.read(.environment(prefix: "ASSAY_TEST_OWN"))?.password?.revealed == "p")
  }

  @Test(
    "A file that others can read or write is refused, with what to do",
    arguments: [0o640, 0o604, 0o620, 0o602, 0o777, 0o610] as [mode_t])
  func open(mode: mode_t) throws {
    let (system, path) = try Self.file("user=u\npassword=s3cret\n", mode: mode)
    check(reason(path), says: "run `chmod 600 \(path)`")
    _ = system
  }

  @Test(
    "What is no file of credentials is refused without showing it",
    arguments: [
      ("", "both user= and password="), ("user=u\n", "both user= and password="), ("password=s3cret\n", "both user="),
      ("s3cret\n", "Line 1 of"), ("user=u\npassword=s3cret\npassword=s3cret\n", "Line 3 of"),
      ("user = u\npassword=s3cret", "Line 1 of"),
      ("user=u\npassword=s3cret\ntoken=s3cret\n", "either token= alone"),
      ("password=s3cret\u{1}\nuser=u", "control characters in password="),
      ("user=\npassword=s3cret\n", "both user="), (String(repeating: "#\n", count: 3000), "too long"),
    ])
  func nonsense(text: String, words: String) throws {
    let (system, path) = try Self.file(text)
    check(reason(path), says: words)
    _ = system
  }

  @Test("What is no file at all is refused and never waited for")
  func noFile() throws {
    check(reason("/no/such/file"), says: "The credentials in /no/such/file cannot be read (No such file or directory)")
    let system = try FakeSystem(["/folder": nil])
    check(reason(system.root + "/folder"), says: "is no ordinary file")
    mkfifo(system.root + "/pipe", 0o600)
    check(reason(system.root + "/pipe"), says: "is no ordinary file")
    check(reason("/dev/zero"), says: "is no ordinary file")
  }

  @Test("Another user's file is refused", .enabled(if: geteuid() == 0, "only root can give files away"))
  func owner() throws {
    let (system, path) = try Self.file("user=u\npassword=s3cret\n")
    chown(path, 12_345, 12_345)
    check(reason(path), says: "belongs to another user")
    _ = system
  }

  @Test("A secret shows itself nowhere")
  func hidden() throws {
    let credentials = try #require(
      try Credentials.read(.environment(prefix: "X")) { ["X_USER": "s3cret-user", "X_PASSWORD": "s3cret-word"][$0] })
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in [
      "\(credentials)", String(reflecting: credentials), String(describing: credentials.password as Any), dumped,
      "\(Mirror(reflecting: credentials).children.map { "\($0.value)" })", "\([credentials.user])",
    ] {
      #expect(!text.contains("s3cret"), "\(text)")
    }
    #expect("\(Secret("s3cret"))" == "(hidden)")
  }

  private func reason(_ path: String) -> String {
    do {
      _ = try Credentials.read(.file(path))
      return "accepted"
    } catch {
      return error.reason
    }
  }

  private func check(_ reason: String, says words: String) {
    #expect(reason.contains(words), "\(reason)")
    #expect(!reason.contains("s3cret"), "\(reason)")
    #expect(reason.hasSuffix(".") && reason.utf8.count < 400)
  }
}
