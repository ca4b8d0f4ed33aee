#!/usr/bin/env python3
"""Verifies an evidence file of a device-sharing log, as docs/EVIDENCE.md specifies it.

    verify-evidence.py FILE KEY...

KEY is the text of a public key (NAME+ID+BASE64), or a file of one. Needs nothing but Python's standard library. Prints
what was verified and ends with 0, or says what is wrong and ends with 1. Without both it prints this, and ends with 2.
"""
import base64, datetime, hashlib, json, re, struct, sys

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

# Signed notes and checkpoints: c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
def base64_bytes(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "base64 that is not in its usual form")
    return data

def is_name(name):
    return name and not any(c == "+" or c.isspace() or ord(c) < 32 for c in name)

def read_key(text):
    name, key_id, encoded = text.strip().split("+", 2)
    data = base64_bytes(encoded)
    require(is_name(name) and len(data) == 33 and data[0] == 1, "not a key of Ed25519")
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(expected.hex() == key_id, "a key whose id is not its own")
    return (name, expected), data[1:]

def open_checkpoint(note, keys):
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    require(note.endswith("\n") and lines and not any(ord(c) < 32 and c != "\n" for c in note), "a malformed note")
    signed = False
    for line in lines[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        data = base64_bytes(encoded)
        require(dash == "\u2014" and is_name(name) and len(data) > 4, "a malformed signature")
        public = keys.get((name, data[:4]))
        if public:
            require(is_signature(public, text.encode(), data[4:]), "a signature that is not of the key it names")
            signed = True
    require(signed, "no signature of a key that is trusted")
    origin, size, root, *extensions = text[:-1].split("\n")
    require(origin and all(extensions) and re.fullmatch("0|[1-9][0-9]*", size), "a malformed checkpoint")
    root = base64_bytes(root)
    require(len(root) == 32, "a root that has not 32 bytes")
    return origin, int(size), root

# The leaf encoding and the tree: Schema/LEAF-ENCODING.md.
def leaf_hash(ledger, event):
    def string(text):
        return struct.pack(">I", len(text.encode())) + text.encode()

    time = event["recordedAt"]
    require(re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}Z", time), "a malformed time")
    moment = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ") - datetime.datetime(1970, 1, 1)
    return hashlib.sha256(
        b"\x00\x01" + string(ledger) + string(event["stream"]) + struct.pack(">I", event["version"]) + string(event["type"])
        + struct.pack(">Hq", event["schemaVersion"], moment // datetime.timedelta(microseconds=1))
        + string(event["metadata"]) + string(event["data"])).digest()

def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()

def verify(path, keys):
    tree, size, events, ledger, ended = [], 0, 0, None, False  # tree: levels and hashes of perfect subtrees, from the left
    for line in open(path, "rb"):
        value = json.loads(line)
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        require(canonical == line and not ended, "a line that is not canonical, or behind the end")
        kind = sorted(value)
        if kind == ["checkpoint", "format", "keys", "ledger"]:
            require(ledger is None and value["format"] == "devshare-evidence/1", "another format, or a second header")
            ledger, (origin, signed_size, root) = value["ledger"], open_checkpoint(value["checkpoint"], keys)
            continue
        require(ledger is not None, "no header")
        if kind == ["events"]:
            require(value["events"] == events, "another number of events")
            ended = True
            continue
        if kind == ["hash", "level"]:
            level, digest = value["level"], bytes.fromhex(value["hash"])
            require(0 <= level < 63 and size % 2**level == 0, "a subtree that does not fit")
            require(digest.hex() == value["hash"] and len(digest) == 32, "a malformed hash")
        else:
            require(len(kind) == 8 and value["position"] == size + 1, "an event at another position")
            level, digest, events = 0, leaf_hash(ledger, value), events + 1
        size += 2**level
        while tree and tree[-1][0] == level:
            level, digest = level + 1, node_hash(tree.pop()[1], digest)
        tree.append((level, digest))
    require(ended and size == signed_size, "not as many events as were signed")
    _, digest = tree.pop()
    while tree:
        digest = node_hash(tree.pop()[1], digest)
    require(digest == root, "another root than was signed")
    return f"{path} is genuine: {events} events of ledger {ledger}, signed by {origin} at {size} events"

def require(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)

if __name__ == "__main__":
    if len(sys.argv) < 3: sys.exit(print(__doc__, end="", file=sys.stderr) or 2)
    try:
        texts = [a if "+" in a else open(a).read() for a in sys.argv[2:]]
        print(verify(sys.argv[1], dict(read_key(line) for text in texts for line in text.split("\n") if line.strip())))
    except Exception as error:
        sys.exit(f"{sys.argv[1]}: {error}")
