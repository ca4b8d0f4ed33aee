/// What follows from facts under one catalogue of devices.
///
/// Total: facts may name kinds that the catalogue lacks, since a candidate policy decides on facts recorded under
/// another. Such a device is not shareable and of level 0 where it is asked for; where a participant has one, it counts
/// as physical and `highestLevel` is above every level of the catalogue: nothing is known to be as safe, so a rule that
/// asks for the highest level does not pass.
struct DerivedFacts {
    struct Participant {
        var hasDevice = false
        var highestLevel = 0
        /// The first temporary device in order of ids.
        var temporaryDevice: String?
    }

    var requester = Participant()
    var owner = Participant()
    /// The place of the device asked for among the owner's; nil where it is not one of them.
    var devicePlace: Int?
    /// The place of its kind in the catalogue.
    var kindPlace: Int?
    /// Over both participants' physical devices.
    var highestLevel: Int { max(requester.highestLevel, owner.highestLevel) }

    init(_ facts: Facts, kinds: KindTable) {
        requester = Self.participant(facts.requester, kinds)
        owner = Self.participant(facts.owner, kinds)
        // By places, here and below: a loop over the devices would copy each.
        for place in facts.owner.devices.indices where facts.owner.devices[place].id == facts.device {
            devicePlace = place
            kindPlace = kinds.place(of: facts.owner.devices[place].kind)
            break
        }
    }

    private static func participant(_ facts: ParticipantFacts, _ kinds: KindTable) -> Participant {
        var participant = Participant()
        for device in facts.devices.indices {
            guard let place = kinds.place(of: facts.devices[device].kind) else {
                participant.hasDevice = true
                participant.highestLevel = max(participant.highestLevel, kinds.levelAboveAll)
                continue
            }
            if kinds[place].isPhysical {
                participant.hasDevice = true
                participant.highestLevel = max(participant.highestLevel, kinds[place].level)
            }
            if kinds[place].isTemporary {
                participant.temporaryDevice =
                    participant.temporaryDevice.map { min($0, facts.devices[device].id) } ?? facts.devices[device].id
            }
        }
        return participant
    }

    /// A shareable device of the owner's of the highest level involved: the one asked for where it is such a device, else
    /// that of the highest level, of a tie the first in order of ids; empty where there is none.
    func recommendedDevice(_ facts: Facts, kinds: KindTable) -> String {
        var best: (id: String, level: Int)?
        for device in facts.owner.devices {
            guard let place = kinds.place(of: device.kind), kinds[place].isShareable, kinds[place].level >= highestLevel else {
                continue
            }
            if device.id == facts.device { return device.id }
            let level = kinds[place].level
            if let known = best, (known.level, device.id) >= (level, known.id) { continue }
            best = (device.id, level)
        }
        return best?.id ?? ""
    }
}
