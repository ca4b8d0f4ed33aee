/// A sentence with places for parameters: `Device {device} is lost.` Two braces stand for one.
package struct MessageTemplate: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case parameter(String)
    }

    package let parts: [Part]

    package enum Problem: Error {
        /// At this character of the text, from 0.
        case unbalancedBrace(offset: Int)
    }

    package init(_ source: String) throws(Problem) {
        var parts: [Part] = []
        var text = ""
        var name: String?
        var opened = 0
        let scalars = Array(source.unicodeScalars)
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            let isDoubled = place + 1 < scalars.count && scalars[place + 1] == scalar
            switch scalar {
            case "{" where name == nil && isDoubled, "}" where name == nil && isDoubled:
                text.unicodeScalars.append(scalar)
                place += 1
            case "{":
                guard name == nil else { throw .unbalancedBrace(offset: place) }
                if !text.isEmpty { parts.append(.text(text)) }
                (text, name, opened) = ("", "", place)
            case "}":
                guard let known = name else { throw .unbalancedBrace(offset: place) }
                parts.append(.parameter(known))
                name = nil
            default:
                if name == nil { text.unicodeScalars.append(scalar) } else { name?.unicodeScalars.append(scalar) }
            }
            place += 1
        }
        guard name == nil else { throw .unbalancedBrace(offset: opened) }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    package var parameters: [String] {
        parts.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    package func filled(_ value: (String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .parameter(let name): value(name)
            }
        }.joined()
    }
}
