import Testing

@testable import Canonical

@Suite struct VisibleControlsTests {
    @Test(arguments: [
        ("\u{1B}[2J", #"\u{1B}[2J"#), ("a\nb", #"a\nb"#), ("a\r\nb", #"a\r\nb"#), ("a\tb", #"a\tb"#), ("\0", #"\u{0}"#),
        ("\u{7F}", #"\u{7F}"#), ("\u{9B}2J", #"\u{9B}2J"#), ("\u{85}", #"\u{85}"#), ("\u{202E}nat.h", #"\u{202E}nat.h"#),
        ("\u{2066}a\u{2069}", #"\u{2066}a\u{2069}"#), ("\u{200E}\u{200F}\u{61C}", #"\u{200E}\u{200F}\u{61C}"#),
        ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("a\u{200B}b\u{FEFF}", #"a\u{200B}b\u{FEFF}"#),
        ("\u{E0041}", #"\u{E0041}"#), ("e\u{301}\u{1B}", "e\u{301}" + #"\u{1B}"#),
    ])
    func whatActsOnADisplayIsWrittenOut(text: String, shown: String) {
        #expect(text.withVisibleControls() == shown)
        #expect(text.withVisibleControls().withVisibleControls() == shown)
    }

    @Test(arguments: [
        "", "plain", "müller & 田中", "العربية", "עברית", "👩‍👩‍👧‍👦", "नमस्ते", #"a\nb"#, "é", "e\u{301}", "\u{A0}", "می\u{200C}خواهم",
    ])
    func textOfEveryScriptStaysAsItIs(text: String) {
        #expect(Array(text.withVisibleControls().utf8) == Array(text.utf8))
    }

    @Test func everyControlIsKnown() {
        let ranges: [ClosedRange<UInt32>] = [
            0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0x200E...0x200F, 0x2028...0x2029, 0x61C...0x61C,
        ]
        for value in ranges.joined() {
            let scalar = Unicode.Scalar(value)
            #expect(scalar?.actsOnDisplay == true, "\(value)")
        }
        for value: UInt32 in [0xFDD0, 0xFDEF, 0xFFFE, 0x1FFFF] { #expect(Unicode.Scalar(value)?.actsOnDisplay == true) }
        #expect("a\n\u{1B}".withVisibleControls(keeping: ["\n"]) == "a\n" + #"\u{1B}"#)
    }
}
