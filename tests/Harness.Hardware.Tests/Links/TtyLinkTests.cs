using System.Diagnostics;

namespace Harness.Hardware.Tests.Links;

[TestFixture]
[CancelAfter(20_000)]
public sealed class TtyLinkTests
{
    [Test]
    public async Task The_line_is_raw_8N1_at_the_asked_rate()
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path, 57600);
        var settings = board.ReadSettings();
        Assert.Multiple(() =>
        {
            Assert.That(settings.Input, Is.Zero, "no input processing");
            Assert.That(settings.Output, Is.Zero, "no output processing");
            Assert.That(settings.Local_, Is.Zero, "no echo, lines or signals");
            Assert.That(settings.Control & 0x30, Is.EqualTo(0x30), "CS8");
            Assert.That(settings.Control & (0x40 | 0x100 | 0x400 | 0x80000000), Is.Zero, "1 stop bit, no parity, no hang-up, no flow control");
            Assert.That(settings.Control & (0x80 | 0x800), Is.EqualTo(0x880), "receiver on, modem lines ignored");
            Assert.That(settings.OutputSpeed, Is.EqualTo(57600));
            Assert.That(settings.InputSpeed, Is.EqualTo(57600));
        });
    }

    [TestCase(300)]
    [TestCase(115200)]
    [TestCase(921600)]
    [TestCase(250000, Description = "in no table: BOTHER")]
    [TestCase(31250)]
    public async Task Any_rate_is_taken_exactly(int baud)
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path, baud);
        Assert.That(board.ReadSettings().OutputSpeed, Is.EqualTo(baud));
        Assert.That(link.Settings.Baud, Is.EqualTo(baud));
    }

    [TestCase(FlowControl.None)]
    [TestCase(FlowControl.RtsCts)]
    [TestCase(FlowControl.XonXoff)]
    public async Task The_flow_control_is_the_asked_one(FlowControl flow)
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path, new SerialLineSettings(Flow: flow));
        Assert.That(board.ReadSettings().Flow, Is.EqualTo(flow));
        Assert.That(board.ReadSettings().Control & 0x80000000, flow == FlowControl.RtsCts ? Is.Not.Zero : Is.Zero, "CRTSCTS");
        Assert.That(board.ReadSettings().Input, Is.EqualTo(flow == FlowControl.XonXoff ? 0x1400 : 0), "IXON and IXOFF");
    }

    [Test]
    public async Task A_board_that_sends_XOFF_is_waited_for_until_XON(CancellationToken stop)
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path, new SerialLineSettings(Flow: FlowControl.XonXoff));
        await board.WriteAsync(new byte[] { 0x13 }, stop);
        var passed = 0;
        Task write;
        while ((write = link.WriteAsync(new byte[] { 1 }, stop).AsTask()).IsCompleted)
        {
            // The kernel acts on an XOFF a moment after it was sent; a line that ignores it takes thousands of bytes.
            Assert.That(++passed, Is.LessThan(1000));
            await board.ReadAsync(new byte[1], stop);
        }

        await board.WriteAsync(new byte[] { 0x11 }, stop);
        await write;
        Assert.That(await board.ReadAsync(new byte[8], stop), Is.EqualTo(1));
    }

    [TestCase(SerialParity.None, 0u)]
    [TestCase(SerialParity.Even, 0x100u)]
    [TestCase(SerialParity.Odd, 0x300u)]
    public void The_parity_is_the_asked_one(SerialParity parity, uint bits)
    {
        var settings = new Termios { Control = 0x40000300 };
        settings.MakeRaw(new SerialLineSettings(9600, parity));
        Assert.That(settings.Control & 0x40000300, Is.EqualTo(bits), "PARENB, PARODD and not CMSPAR");
        Assert.That(settings.Input & 0x10, Is.EqualTo(parity == SerialParity.None ? 0 : 0x10), "INPCK: a broken byte does not pass for a good one");
        Assert.That(settings.Parity, Is.EqualTo(parity));
    }

    [Test]
    public async Task A_parity_that_the_driver_drops_is_refused_rather_than_left_out()
    {
        await using var board = PseudoTerminal.Create(); // a pseudo-terminal has no parity bit
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path, new SerialLineSettings(Parity: SerialParity.Even)))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("does not offer parity even").And.Contain("stays at none"));
    }

    [TestCase(false, null, "DTR cannot be set")]
    [TestCase(null, false, "RTS cannot be set")]
    [TestCase(null, true, "RTS cannot be set")]
    public async Task A_line_that_must_be_held_and_is_not_there_is_refused_rather_than_left_out(bool? dtr, bool? rts, string words)
    {
        await using var board = PseudoTerminal.Create(); // a pseudo-terminal has neither
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path, new SerialLineSettings(Dtr: dtr, Rts: rts)))!;
        Assert.That((failure.Failure, failure.Message), Is.EqualTo((LinkFailure.Configuration, $"{board.Path}: {words}: Inappropriate ioctl for device.")));
    }

    [Test]
    public async Task A_line_that_switches_the_power_stays_as_it_is_when_it_is_closed()
    {
        await using var board = PseudoTerminal.Create();
        using var stty = Process.Start("stty", ["-F", board.Path, "hupcl"]);
        await stty.WaitForExitAsync();
        Assert.That(board.ReadSettings().Control & 0x400, Is.Not.Zero, "HUPCL, as a line has it that nobody opened before");
        ModemLine.Open(board.Path, "dtr").Dispose();
        Assert.That(board.ReadSettings().Control & 0x400, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(-9600)]
    public async Task An_invalid_rate_is_refused(int baud)
    {
        await using var board = PseudoTerminal.Create();
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path, baud))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Configuration));
        Assert.That(failure.Message, Does.Contain($"{baud} baud"));
    }

    [Test]
    public void A_missing_node_says_what_to_list()
    {
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open("/dev/ttyHarness7"))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Missing));
        Assert.That(failure.Device, Is.EqualTo("/dev/ttyHarness7"));
        Assert.That(failure.Message, Does.StartWith("/dev/ttyHarness7: no such device"));
        Assert.That(failure.NextCommand, Does.Contain("/dev/serial/by-id"));
    }

    [Test]
    public void A_device_file_that_is_no_terminal_is_refused()
    {
        var file = Path.Combine(Path.GetTempPath(), $"not a tty {Guid.NewGuid():n}");
        File.WriteAllText(file, "text");
        try
        {
            string[] paths = ["/dev/null", Path.GetTempPath(), file];
            foreach (var path in paths)
            {
                var failure = Assert.Throws<LinkException>(() => TtyLink.Open(path), path)!;
                Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Configuration), path);
                Assert.That(failure.Message, Does.Contain("not a terminal"), path);
            }

            Assert.That(File.ReadAllText(file), Is.EqualTo("text"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCase((int)Errno.AccessDenied)]
    [TestCase((int)Errno.NotPermitted)]
    public void A_missing_permission_names_the_group_to_join(int errno)
    {
        var failure = TtyFailure.Opening("/dev/ttyHarness7", (Errno)errno);
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.PermissionDenied));
        Assert.That(failure.NextCommand, Is.EqualTo("sudo usermod -aG dialout $USER"));
    }

    [Test]
    public async Task A_second_holder_is_told_who_is_the_first()
    {
        await using var board = PseudoTerminal.Create();
        await using var first = TtyLink.Open(board.Path);
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Busy));
        Assert.That(failure.Message, Does.Contain($"held by this process ({Environment.ProcessId})"));
        Assert.That(failure.NextCommand, Is.EqualTo($"ps -fp {Environment.ProcessId}"));
    }

    [Test]
    public async Task Another_process_that_holds_the_line_is_named(CancellationToken token)
    {
        await using var board = PseudoTerminal.Create(surviveClosing: true);
        var start = new ProcessStartInfo("flock", [board.Path, "sh", "-c", "echo held; read _"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var holder = Process.Start(start)!;
        try
        {
            Assert.That(await holder.StandardOutput.ReadLineAsync(token), Is.EqualTo("held"));
            var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path))!;
            Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Busy));
            Assert.That(failure.Message, Does.Contain($"held by flock (process {holder.Id})"));
        }
        finally
        {
            holder.StandardInput.Close();
            await holder.WaitForExitAsync(token);
        }

        await using var link = TtyLink.Open(board.Path);
    }

    [Test]
    public async Task A_process_that_has_a_line_open_without_a_lock_is_found()
    {
        await using var board = PseudoTerminal.Create(surviveClosing: true);
        var holders = DeviceHolders.Find(board.Path);
        Assert.That(holders.Select(h => h.ProcessId), Is.EqualTo(new[] { Environment.ProcessId }));
    }

    [Test]
    public async Task A_closed_line_can_be_opened_again_while_the_board_stays(CancellationToken token)
    {
        await using var board = PseudoTerminal.Create(surviveClosing: true);
        for (var i = 0; i < 3; i++)
        {
            await using var link = TtyLink.Open(board.Path);
            await board.WriteAsync(new[] { (byte)i }, token);
            var buffer = new byte[8];
            Assert.That(await link.ReadAsync(buffer, token), Is.EqualTo(1));
            Assert.That(buffer[0], Is.EqualTo(i));
        }
    }

    [Test]
    public async Task A_stable_name_leads_to_the_same_line()
    {
        await using var board = PseudoTerminal.Create();
        var alias = Path.Combine(Path.GetTempPath(), $"by-id {Guid.NewGuid():n}");
        File.CreateSymbolicLink(alias, board.Path);
        try
        {
            await using var link = TtyLink.Open(alias);
            Assert.That(link.Name, Is.EqualTo(alias));
            var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path))!;
            Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Busy));
            Assert.That(DeviceHolders.Find(alias), Has.Count.EqualTo(1));
        }
        finally
        {
            File.Delete(alias);
        }
    }

    [Test]
    public async Task Bytes_sent_before_opening_are_not_taken_for_an_answer(CancellationToken token)
    {
        await using var board = PseudoTerminal.Create(surviveClosing: true);
        await board.WriteAsync("stale"u8.ToArray(), token);
        await using var link = TtyLink.Open(board.Path);
        await board.WriteAsync("fresh"u8.ToArray(), token);
        var buffer = new byte[64];
        var count = await link.ReadAsync(buffer, token);
        Assert.That(buffer.AsSpan(0, count).ToArray(), Is.EqualTo("fresh"u8.ToArray()));
    }

    [Test]
    public async Task A_refused_opening_leaves_no_descriptor_behind()
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path);
        Assert.Throws<LinkException>(() => TtyLink.Open(board.Path));
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var i = 0; i < 40; i++)
        {
            Assert.Throws<LinkException>(() => TtyLink.Open(board.Path));
            Assert.Throws<LinkException>(() => TtyLink.Open("/dev/null"));
        }

        Assert.That(Directory.GetFileSystemEntries("/proc/self/fd"), Has.Length.LessThan(before + 20));
    }

    [Test]
    public async Task A_second_reader_is_refused_and_the_first_goes_on(CancellationToken token)
    {
        await using var board = PseudoTerminal.Create();
        await using var link = TtyLink.Open(board.Path);
        var first = link.ReadAsync(new byte[8], token).AsTask();
        Assert.That(async () => await link.ReadAsync(new byte[8], token), Throws.InvalidOperationException);
        await board.WriteAsync("x"u8.ToArray(), token);
        Assert.That(await first, Is.EqualTo(1));
    }

    [Test]
    public void The_kernel_structure_has_the_size_its_requests_encode()
    {
        Assert.That(Termios.Size, Is.EqualTo(44));
        nuint[] requests = [Termios.Get, Termios.Set];
        Assert.That(requests.Select(r => (int)(r >> 16) & 0x3fff), Is.All.EqualTo(Termios.Size));
    }

    [Test]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_line_that_this_user_may_not_open_is_no_missing_one()
    {
        Needs.That(!Environment.IsPrivilegedProcess, "a user who may not open everything, as root may", "run this test as another user");
        await using var board = PseudoTerminal.Create();
        File.SetUnixFileMode(board.Path, UnixFileMode.None);
        var failure = Assert.Throws<LinkException>(() => TtyLink.Open(board.Path))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.PermissionDenied));
        Assert.That(failure.NextCommand, Does.StartWith("sudo usermod -aG "));
    }

    [Test]
    public async Task A_program_that_knows_no_locks_is_kept_out_too()
    {
        Needs.That(!Environment.IsPrivilegedProcess, "a user whom TIOCEXCL binds, as it does not bind root", "run this test as another user");
        await using var board = PseudoTerminal.Create(surviveClosing: true);
        await using (TtyLink.Open(board.Path))
        {
            Assert.That(Libc.Open(board.Path, Libc.ReadWrite | Libc.NoControllingTty, out var error), Is.Null);
            Assert.That(error, Is.EqualTo(Errno.Busy));
        }

        using var after = Libc.Open(board.Path, Libc.ReadWrite | Libc.NoControllingTty, out _);
        Assert.That(after, Is.Not.Null, "a closed link gives the line back, though the board still holds it");
    }
}
