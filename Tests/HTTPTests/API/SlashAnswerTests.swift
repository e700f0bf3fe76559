import Testing

@testable import HTTP

@Suite struct SlashAnswerTests {
  @Test(arguments: [
    ("{}", "in_channel", "", false), (#"{"text":" hi "}"#, "in_channel", "hi", true),
    (#"{"response_type":"in_channel","text":"x"}"#, "in_channel", "x", true),
    (#"{"response_type":"ephemeral","text":"x"}"#, "ephemeral", "x", false),
    (#"{"response_type":"shout","text":"x"}"#, "ephemeral", "x", false),
    (#"{"response_type":null,"text":null,"more":[1]}"#, "in_channel", "", false),
  ])
  func understands(_ body: String, _ type: String, _ text: String, _ isPosted: Bool) throws {
    let answer = try #require(SlashAnswer(Array(body.utf8)))
    #expect(answer.type == type)
    #expect(answer.text == text)
    #expect(answer.isPosted == isPosted)
  }

  @Test(arguments: ["", "hello", "[]", "\"text\"", #"{"text":1}"#, #"{"text":"a"} x"#, "{\"text\":"])
  func refuses(_ body: String) { #expect(SlashAnswer(Array(body.utf8)) == nil) }
}
