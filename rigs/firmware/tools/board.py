"""Speaks the bench protocol to a board: an emulated one (QEMU on a pair of pipes, simavr on a pseudo-terminal) or the posix build.

    with emulated("build/stm32f405.elf", "-M netduinoplus2 -icount shift=0,sleep=on") as b:     # or "atmega1284p 16000000"
        b.ask("ID")["board"]
"""
import contextlib
import os
import select
import socket
import subprocess
import tempfile
import time
import tty


class Refused(Exception):
    """The board answered ERR; the message is its words."""


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc


class Board:
    def __init__(self, read_fd, write_fd, name):
        self.read_fd, self.write_fd, self.name, self.seq, self.rest = read_fd, write_fd, name, 0, b""

    def line(self, seconds):
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            if not select.select([self.read_fd], [], [], max(0, end - time.monotonic()))[0]:
                return None
            part = os.read(self.read_fd, 4096)
            if not part:
                raise SystemExit("%s ended without an answer" % self.name)
            self.rest += part
        line, self.rest = self.rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def wait_until_ready(self, seconds=60):
        """A byte that comes before the UART is on is lost, so ID is asked until it is answered."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            os.write(self.write_fd, b"1 ID *%04x\n" % crc16(b"1 ID"))
            line = self.line(2)
            if line is not None and line.startswith(b"1 OK "):
                self.seq = 1
                return
        raise SystemExit("%s did not answer ID within %d s" % (self.name, seconds))

    def ask(self, body, seconds=300):
        """Sends one request; returns the reply's values as a dictionary of strings."""
        self.seq = self.seq % 65535 + 1
        text = b"%d %s" % (self.seq, body.encode())
        os.write(self.write_fd, b"%s *%04x\n" % (text, crc16(text)))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line = self.line(end - time.monotonic())
            if line is None:
                break
            text, _, crc = line.rpartition(b" *")
            words = text.decode("ascii", "replace").split(" ")
            if crc != b"%04x" % crc16(text) or words[0] != str(self.seq):
                continue
            if words[1] != "OK":
                raise Refused("%s: %s -> %s" % (self.name, body[:40], " ".join(words[1:])))
            return dict(w.split("=", 1) for w in words[2:])
        raise SystemExit("%s did not answer %s within %d s" % (self.name, body[:40], seconds))


class Emulated(Board):
    def __init__(self, process, path, name):
        super().__init__(process.stdout.fileno(), process.stdin.fileno(), name)
        self.pid, self.path = process.pid, path

    def monitor(self, command):
        """One command of QEMU's monitor."""
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(self.path)
            for text in ("", command):
                if text:
                    s.sendall(text.encode() + b"\n")
                seen = b""
                while not seen.endswith(b"(qemu) "):
                    seen += s.recv(4096)


@contextlib.contextmanager
def qemu(elf, machine):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "monitor")
        command = ["qemu-system-arm", *machine.split(), "-display", "none", "-monitor", "unix:%s,server=on,wait=off" % path,
                   "-serial", "stdio", "-kernel", elf]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        try:
            emulated = Emulated(process, path, os.path.basename(elf))
            emulated.wait_until_ready()
            yield emulated
        finally:
            process.kill()
            process.wait()


def emulated(elf, arguments):
    """QEMU where the arguments are options, else simavr's."""
    return qemu(elf, arguments) if arguments.startswith("-") else posix("build/simavr", *arguments.split(), elf)


@contextlib.contextmanager
def painted(elf, arguments, ram):
    """simavr, with the board's RAM painted before power-on; `ram` gets what is in it at the end, from its first byte on."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ram")
        with posix("build/simavr", *arguments.split(), "--ram", path, elf) as b:
            yield b
            b.process.stdin.close()
            b.process.wait(60)
        ram.extend(open(path, "rb").read())


@contextlib.contextmanager
def posix(program, *arguments):
    process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        fd = os.open(process.stdout.readline().decode().strip(), os.O_RDWR | os.O_NOCTTY)
        tty.setraw(fd)
        b = Board(fd, fd, os.path.basename(arguments[-1] if arguments else program))
        b.process, b.pid = process, process.pid
        b.wait_until_ready()
        yield b
        os.close(fd)
    finally:
        process.kill()
        process.wait()
