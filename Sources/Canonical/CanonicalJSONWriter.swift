/// Writes canonical JSON (RFC 8785) straight to bytes, for what is written with every event.
///
/// Names of members must be ASCII without anything to escape, and be added in ascending order; debug builds check the order.
package struct CanonicalJSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    #if DEBUG
        private var lastName: String?
    #endif

    package init(reservingCapacity capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    // MARK: Structure

    /// An object as the next value.
    package mutating func object(_ members: (inout CanonicalJSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        nested(members)
        bytes.append(UInt8(ascii: "}"))
    }

    /// An array as the next value.
    package mutating func array(_ elements: (inout CanonicalJSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        nested(elements)
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func nested(_ content: (inout CanonicalJSONWriter) -> Void) {
        needsComma = false
        #if DEBUG
            let outer = lastName
            lastName = nil
        #endif
        content(&self)
        #if DEBUG
            lastName = outer
        #endif
        needsComma = true
    }

    /// The name of a member; its value must follow.
    package mutating func name(_ name: StaticString) {
        separate()
        #if DEBUG
            let text = name.description
            assert(lastName.map { $0 < text } ?? true, "members must be in ascending order: \(text)")
            lastName = text
        #endif
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    // MARK: Values

    package mutating func value(_ text: String) {
        separate()
        bytes.append(quoted: text)
        needsComma = true
    }

    package mutating func value(_ integer: Int64) {
        separate()
        bytes.append(number: integer)
        needsComma = true
    }

    package mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    package mutating func value(_ moment: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.textLength) { buffer in
            moment.write(to: buffer.baseAddress)
            bytes.append(contentsOf: buffer)
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// A value that is canonical JSON already. Like all that modules above call, it is not generic: what is generic is not
    /// specialised for another module, and looks types up while it runs.
    package mutating func value(canonical json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Members

    package mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        value(text)
    }

    package mutating func member(_ name: StaticString, _ integer: Int64) {
        self.name(name)
        value(integer)
    }

    package mutating func member(_ name: StaticString, _ flag: Bool) {
        self.name(name)
        value(flag)
    }

    package mutating func member(_ name: StaticString, _ moment: Timestamp) {
        self.name(name)
        value(moment)
    }

    package mutating func member(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        array { writer in for text in texts { writer.value(text) } }
    }

    package mutating func member(_ name: StaticString, object members: (inout CanonicalJSONWriter) -> Void) {
        self.name(name)
        object(members)
    }

    package mutating func member(_ name: StaticString, array elements: (inout CanonicalJSONWriter) -> Void) {
        self.name(name)
        array(elements)
    }
}
