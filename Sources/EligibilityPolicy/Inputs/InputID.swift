/// The names of inputs: a small letter, then letters and digits, 64 at most, and no word of the expression language.
package enum InputID {
    package static func isValid(_ text: String) -> Bool {
        text.utf8.count <= InputValues.maximumLength && text.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil
            && !PolicyLoader.reserved.contains(text)
    }
}
