import Testing

@testable import HTTPEdge

@Suite("The query of an address") struct QueryStringTests {
    @Test(
        "keeps as it is what is not percent-encoded by two hexadecimal digits",
        arguments: ["%+f", "%-0", "%4", "%", "%zz", "%%41", "% 4"])
    func malformed(text: String) {
        #expect(QueryString.decoded(text[...]) == text)
    }

    @Test("is decoded octet by octet, and encoded back")
    func decoded() {
        #expect(QueryString.decoded("%41%c3%A9+b", plusIsSpace: true) == "A\u{E9} b")
        #expect(QueryString.decoded(QueryString.encoded("a+b c/\u{E9}%")[...]) == "a+b c/\u{E9}%")
    }
}
