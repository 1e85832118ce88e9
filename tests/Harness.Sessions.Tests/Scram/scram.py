"""A second implementation of SCRAM-SHA-256 (RFC 5802, RFC 7677) from Python's own library.
client USER PASSWORD, or server PASSWORD SALT_HEX ITERATIONS; a message a line, in hex, both ways."""
import base64, hashlib, hmac, os, sys

def say(text): print(text.encode().hex(), flush=True)
def hear():
    line = sys.stdin.readline().strip()
    if not line: sys.exit(3)
    return bytes.fromhex(line).decode()
def mac(key, text): return hmac.new(key, text.encode(), hashlib.sha256).digest()
def xor(a, b): return bytes(x ^ y for x, y in zip(a, b))
def fields(text): return dict(part.split("=", 1) for part in text.split(","))
def keys(password, salt, iterations):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client = mac(salted, "Client Key")
    return client, hashlib.sha256(client).digest(), mac(salted, "Server Key")

def client(user, password):
    nonce = base64.b64encode(os.urandom(15)).decode()
    bare = "n=%s,r=%s" % (user.replace("=", "=3D").replace(",", "=2C"), nonce)
    say("n,," + bare)
    first = hear()
    challenge = fields(first)
    assert challenge["r"].startswith(nonce) and len(challenge["r"]) > len(nonce)
    without = "c=biws,r=" + challenge["r"]
    message = ",".join((bare, first, without))
    key, stored, server = keys(password, base64.b64decode(challenge["s"]), int(challenge["i"]))
    say(without + ",p=" + base64.b64encode(xor(key, mac(stored, message))).decode())
    last = hear()
    say("ok" if last == "v=" + base64.b64encode(mac(server, message)).decode() else "wrong")

def server(password, salt, iterations):
    first = hear()
    assert first.startswith("n,,")
    bare = first[3:]
    _, stored, key = keys(password, bytes.fromhex(salt), int(iterations))
    challenge = "r=%s%s,s=%s,i=%s" % (fields(bare)["r"], base64.b64encode(os.urandom(15)).decode(), base64.b64encode(bytes.fromhex(salt)).decode(), iterations)
    say(challenge)
    final = hear()
    without, proof = final.rsplit(",p=", 1)
    message = ",".join((bare, challenge, without))
    right = hashlib.sha256(xor(base64.b64decode(proof), mac(stored, message))).digest() == stored
    say("v=" + base64.b64encode(mac(key, message)).decode() if right else "e=invalid-proof")

{"client": client, "server": server}[sys.argv[1]](*sys.argv[2:])
