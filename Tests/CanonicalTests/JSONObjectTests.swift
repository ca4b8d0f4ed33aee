import Canonical
import TestSupport
import Testing

@Suite("An object's members")
struct JSONObjectTests {
    @Test("keep their order when some are changed and some removed")
    func order() {
        var object = JSONObject()
        for name in ["d", "a", "c", "b"] { object[name] = .string(name) }
        object["a"] = nil
        object["d"] = 4
        object["e"] = .null
        #expect(object.members.map(\.name) == ["d", "c", "b", "e"])
        #expect(object["d"] == 4)
        #expect(object["a"] == JSONValue?.none)
        #expect(object["e"] == .some(.null))
        object["zz"] = nil
        #expect(object.count == 4)
    }

    @Test("are found where they are after any changes")
    func random() {
        var random = SeededGenerator()
        var object = JSONObject()
        var model: [(name: String, value: JSONValue)] = []
        for step in 0..<3_000 {
            let name = "n\(random.below(40))"
            let value: JSONValue? = random.once(in: 3) ? JSONValue?.none : .integer(Int64(step))
            object[name] = value
            let place = model.firstIndex { $0.name == name }
            switch (place, value) {
            case (let place?, let value?): model[place].value = value
            case (let place?, nil): model.remove(at: place)
            case (nil, let value?): model.append((name, value))
            case (nil, nil): break
            }
            #expect(object.members.map(\.name) == model.map(\.name), "seed \(random.seed)")
            #expect(model.allSatisfy { object[$0.name] == $0.value }, "seed \(random.seed)")
        }
    }

    @Test("make objects equal in whatever order they came")
    func equality() throws {
        let one = try JSONValue(parsing: #"{"a":1,"b":[{"x":null,"y":2}]}"#)
        let other = try JSONValue(parsing: #"{"b":[{"y":2,"x":null}],"a":1}"#)
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != (try JSONValue(parsing: #"{"a":1,"b":[{"x":null}]}"#)))
    }

    @Test("are removed from the end without looking at the others")
    func removal() {
        var object = JSONObject()
        let names = (0..<50_000).map { "name-\($0)" }
        for name in names { object[name] = .null }
        let clock = ContinuousClock()
        let time = clock.measure { for name in names.reversed() { object[name] = nil } }
        #expect(object.isEmpty)
        // Rebuilding an index at every removal takes minutes.
        #expect(time < .seconds(60))
    }
}
