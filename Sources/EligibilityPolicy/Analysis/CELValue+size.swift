import CEL

extension CELValue {
    /// One, and one for each 16 bytes of text and for each element of a list or map, however deep. One that is there many times
    /// counts each time.
    var size: Int {
        var room = Int.max
        _ = takesSize(from: &room)
        return .max - room
    }

    /// Takes the value's size from what is left. False where too little is left; then it has not looked further.
    func takesSize(from room: inout Int) -> Bool {
        room -= 1
        switch self {
        case .string(let text): room -= text.utf8.count / 16
        case .bytes(let octets): room -= octets.count / 16
        case .list(let elements): for element in elements { guard element.takesSize(from: &room) else { return false } }
        case .map(let map):
            for entry in map.entries {
                guard entry.key.takesSize(from: &room), entry.value.takesSize(from: &room) else { return false }
            }
        case .optional(let optional): if let value = optional.value { return value.takesSize(from: &room) }
        case .null, .bool, .int, .uint, .double, .timestamp, .duration, .type: break
        }
        return room >= 0
    }
}
