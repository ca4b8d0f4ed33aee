#!/usr/bin/env python3
"""Verifies an evidence file of a device-sharing log, as docs/EVIDENCE.md specifies it.

    verify-evidence.py FILE KEY... [--origin NAME] [--complete STREAM]... [--partial]

KEY is a file of public keys (NAME+ID+BASE64, one a line), or the text of one. The log's name must be the name of the key
that signed, or that of --origin. Needs nothing but Python's standard library. Prints what was verified and ends with 0, or
says what is wrong and ends with 1. Ends with 3 where the file is genuine, but has not every version of a stream from the
first on (--partial: 0 all the same), or does not prove that it has every event of a stream that --complete names. Without
FILE and KEY it prints this, and ends with 2.
"""
import base64, datetime, hashlib, json, os, re, struct, sys

LONGEST_LINE, LONGEST_NOTE, MOST_SIGNATURES, LARGEST_INTEGER = 1 << 24, 1 << 20, 100, (1 << 53) - 1
ED25519, COSIGNATURE = 1, 4
SPACES = "\x20\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

# Ed25519, RFC 8032, section 5.1: enough to verify.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

def point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("not a point of the curve")
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)

def add(a, b):
    e, f, g, h = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0]), 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % P, z * t % P, y * z % P, x * t % P)

def times(number, p):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, p)
        p, number = add(p, p), number >> 1
    return total

BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def is_signature(public, text, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    require(len(signature) == 64 and s < ORDER, "a malformed signature")
    digest = int.from_bytes(hashlib.sha512(r + public + text).digest(), "little") % ORDER
    x, y, z, t = point(public)
    left = add(times(s, BASE), times(digest, (P - x, y, z, P - t)))
    inverse = pow(left[2], -1, P)
    return (left[1] * inverse % P | (left[0] * inverse % P & 1) << 255).to_bytes(32, "little") == r

# Signed notes, checkpoints and cosignatures: c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature.
def base64_bytes(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 that is not in its usual form")
    return data

def is_name(name):
    return name and not any(c == "+" or ord(c) < 32 or c in SPACES for c in name)

def read_key(text):
    """The name and id of a key, and the byte of its type with the 32 bytes of the key."""
    name, key_id, encoded = text.strip(" \t\r\n").split("+", 2)
    data = base64_bytes(encoded)
    require(is_name(name) and len(data) == 33 and data[0] in (ED25519, COSIGNATURE), "not a key of Ed25519")
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(expected.hex() == key_id, "a key whose id is not its own")
    return (name, expected), data

def read_keys(names):
    keys = {}
    for name in names:
        text = open(name, "rb").read().decode() if os.path.isfile(name) else name
        found = [read_key(line) for line in text.split("\n") if line.strip(" \t\r")]
        require(found, name + " has no key")
        for name_and_id, data in found:
            require(keys.setdefault(name_and_id, data) == data, "two keys with one name and one id")
    return keys

def is_signed(key, text, signature):
    if key[0] == ED25519:
        return is_signature(key[1:], text, signature)
    require(len(signature) == 72, "a malformed cosignature")
    time = int.from_bytes(signature[:8], "big")
    return is_signature(key[1:], b"cosignature/v1\ntime %d\n" % time + text, signature[8:])

def open_checkpoint(note, keys, origin=None):
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    require(note.endswith("\n") and lines and not any(ord(c) < 32 and c != "\n" for c in note), "a malformed note")
    require(len(note.encode()) <= LONGEST_NOTE, "a note that is too long")
    lines, signers = lines[:-1].split("\n"), set()
    require(len(lines) <= MOST_SIGNATURES, "too many signatures")
    parsed = []
    for line in lines:
        dash, name, encoded = line.split(" ")
        data = base64_bytes(encoded)
        require(dash == "\u2014" and is_name(name) and len(data) > 4, "a malformed signature")
        parsed.append((name, data))
    for name, data in parsed:
        key = keys.get((name, data[:4]))
        if key:
            require(is_signed(key, text.encode(), data[4:]), "a signature that is not of the key it names")
            if key[0] == ED25519: signers.add(name)
    require(signers, "no signature of a key of the log that is trusted")
    found, size, root, *extensions = text[:-1].split("\n")
    require(found and all(extensions) and re.fullmatch("0|[1-9][0-9]{0,19}", size), "a malformed checkpoint")
    require(found in signers if origin is None else found == origin, "a checkpoint of another log: " + found)
    size, root = int(size), base64_bytes(root)
    require(size < 2**64 and len(root) == 32, "a size that has not 64 bits, or a root that has not 32 bytes")
    require(size > 0 or root == hashlib.sha256(b"").digest(), "an empty tree that has not the root of one")
    return found, size, root

# The leaf encoding and the tree: Schema/LEAF-ENCODING.md.
def leaf_hash(ledger, event):
    def string(text):
        return struct.pack(">I", len(text.encode())) + text.encode()

    return hashlib.sha256(
        b"\x00\x01" + string(ledger) + string(event["stream"]) + struct.pack(">I", event["version"]) + string(event["type"])
        + struct.pack(">Hq", event["schemaVersion"], microseconds(event["recordedAt"]))
        + string(event["metadata"]) + string(event["data"])).digest()

def microseconds(time):
    require(re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}Z", time), "a malformed time")
    moment = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ") - datetime.datetime(1970, 1, 1)
    return moment // datetime.timedelta(microseconds=1)

def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()

# The file.
TEXTS = {"checkpoint", "data", "format", "hash", "ledger", "metadata", "recordedAt", "stream", "type"}
INTEGERS = {  # and the largest of each
    "events": LARGEST_INTEGER, "level": 62, "position": LARGEST_INTEGER, "schemaVersion": 2**15 - 1, "version": 2**31 - 1}
KINDS = [
    ["checkpoint", "format", "keys", "ledger"], ["data", "metadata", "position", "recordedAt", "schemaVersion", "stream", "type", "version"],
    ["hash", "level"], ["events"]]

def parse(line):
    """The members of a line, and the number of its kind."""
    require(len(line) <= LONGEST_LINE + 1, "a line that is too long")
    value = json.loads(line.decode())
    require(type(value) is dict and sorted(value) in KINDS, "a line of no kind")
    for name, member in value.items():
        if name in TEXTS:
            require(type(member) is str, name + " is no text")
        elif name in INTEGERS:
            least = 0 if name in ("events", "level") else 1
            require(type(member) is int and least <= member <= INTEGERS[name], name + " is no number in its range")
        else:
            require(type(member) is list and all(type(key) is str for key in member), "keys are no texts")
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    require(canonical == line, "a line that is not canonical")
    return value, KINDS.index(sorted(value))

class Report:
    """What a file proves."""
    def __init__(self):
        self.events, self.size, self.ledger, self.origin = 0, 0, None, None
        self.streams = {}  # of each: the last version and position
        self.gaps, self.broken = [], set()  # what is missing of streams, and of which
        self.hidden = 0  # the last position that is not disclosed
        self.latest, self.backwards = None, 0  # times, and how often they run back by more than a minute

    def take(self, event):
        stream, version = event["stream"], event["version"]
        last = self.streams.get(stream, (0, 0))[0]
        if version != last + 1:
            missing = f"goes from version {last} to {version}" if last else f"begins with version {version}"
            self.gaps.append(f"{stream} {missing} (position {event['position']})")
            self.broken.add(stream)
        self.streams[stream], self.events = (version, event["position"]), self.events + 1
        time = microseconds(event["recordedAt"])
        # The log says itself why its time goes back.
        explained = self.latest is None or (event["type"], stream) == ("clock-repaired", "clock/ledger")
        self.backwards += not explained and time < self.latest - 60_000_000
        self.latest = time if explained else max(self.latest, time)
    def proves_all(self, stream):
        """Whether every event of the stream up to the signed size is in the file."""
        last = self.streams.get(stream)
        return last is not None and self.hidden < last[1] and stream not in self.broken

def verify(path, keys, origin=None):
    with open(path, "rb") as file:
        return verify_lines(file, keys, origin)

def verify_lines(file, keys, origin=None):
    tree, size, report, ended = [], 0, Report(), False  # tree: levels and hashes of perfect subtrees, from the left
    for line in iter(lambda: file.readline(LONGEST_LINE + 2), b""):
        require(not ended, "something behind the end")
        value, kind = parse(line)
        if kind == 0:
            require(report.ledger is None and value["format"] == "devshare-evidence/1", "another format, or a second header")
            report.ledger, (report.origin, report.size, root) = value["ledger"], open_checkpoint(value["checkpoint"], keys, origin)
            continue
        require(report.ledger is not None, "no header")
        if kind == 3:
            require(value["events"] == report.events, "another number of events")
            ended = True
            continue
        if kind == 2:
            level = value["level"]
            require(re.fullmatch("[0-9a-f]{64}", value["hash"]) and size % 2**level == 0, "a subtree that does not fit")
            digest, report.hidden = bytes.fromhex(value["hash"]), size + 2**level
        else:
            require(value["position"] == size + 1, "an event at another position")
            level, digest = 0, leaf_hash(report.ledger, value)
            report.take(value)
        size += 2**level
        require(size <= report.size, "more events than were signed")
        while tree and tree[-1][0] == level:
            level, digest = level + 1, node_hash(tree.pop()[1], digest)
        tree.append((level, digest))
    require(ended and size == report.size, "not as many events as were signed")
    require(report.events > 0, "no event, so nothing is proven, not even whose log it is")
    _, digest = tree.pop()
    while tree:
        digest = node_hash(tree.pop()[1], digest)
    require(digest == root, "another root than was signed")
    return report

def require(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)

def main(arguments):
    named, complete, origin, partial = [], [], None, False
    while arguments:
        argument = arguments.pop(0)
        if argument == "--partial": partial = True
        elif argument in ("--origin", "--complete") and arguments:
            if argument == "--origin": origin = arguments.pop(0)
            else: complete.append(arguments.pop(0))
        else: named.append(argument)
    if len(named) < 2: sys.exit(print(__doc__, end="", file=sys.stderr) or 2)
    try:
        report = verify(named[0], read_keys(named[1:]), origin)
    except Exception as error:
        sys.exit(f"{named[0]}: {error}")
    print(f"{named[0]} is genuine: {report.events} events of ledger {report.ledger}, signed by {report.origin} at {report.size} events")
    if report.backwards: print(f"warning: times run back by more than a minute at {report.backwards} of them")
    for gap in report.gaps: print("not whole:", gap)
    status = 3 if report.gaps and not partial else 0
    for stream in complete:
        proven = report.proves_all(stream)
        version, position = report.streams.get(stream, (0, 0))
        if proven: print(f"{stream}: versions 1 to {version} of {version}, the last at position {position}; no later event up to {report.size}")
        else: print(f"{stream}: that every event of it up to {report.size} is in the file is not proven"); status = 3
    sys.exit(status)

if __name__ == "__main__": main(sys.argv[1:])
