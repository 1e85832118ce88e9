namespace Harness.Bench.Tests.Devices;

public class FaultInjectingLinkTests
{
    private static readonly string Line = Encoding.ASCII.GetString(Crc16.Append("12 OK input=1 t=5"u8)) + "\r\n";
    private MemoryLink _far = null!;
    private FaultInjectingLink _line = null!;

    [SetUp]
    public void SetUp()
    {
        (var near, _far) = MemoryLink.CreatePair();
        _line = new FaultInjectingLink(near);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _line.DisposeAsync();
        await _far.DisposeAsync();
    }

    [Test]
    public async Task With_nothing_armed_bytes_pass_as_they_come_even_half_a_line()
    {
        await _far.WriteAsync("12 O"u8.ToArray(), default);
        Assert.That(await ReadAsync(_line), Is.EqualTo("12 O"));
        await _line.WriteAsync("7 ID"u8.ToArray(), default);
        Assert.That(await ReadAsync(_far), Is.EqualTo("7 ID"));
    }

    [Test]
    public async Task A_line_that_is_cut_ends_a_read_that_waits_and_those_to_come_and_takes_no_write()
    {
        var waiting = _line.ReadAsync(new byte[16], default).AsTask();
        _line.Cut();
        Assert.That(await waiting.WaitAsync(TestEnvironment.TimeLimit), Is.Zero);
        await _far.WriteAsync(Encoding.ASCII.GetBytes(Line), default);
        Assert.That(await _line.ReadAsync(new byte[16], default), Is.Zero);
        Assert.That(
            async () => await _line.WriteAsync("1 ID\n"u8.ToArray(), default),
            Throws.TypeOf<LinkException>().With.Property("Failure").EqualTo(LinkFailure.Vanished));
    }

    [TestCase(LineFault.Drop)]
    [TestCase(LineFault.Double)]
    [TestCase(LineFault.FlipByte)]
    [TestCase(LineFault.CorruptCrc)]
    [TestCase(LineFault.InsertGarbage)]
    [TestCase(LineFault.Garbage)]
    public async Task A_fault_does_to_either_direction_what_its_name_says_and_to_one_line_only(LineFault fault)
    {
        _line.Arm(LineDirection.FromBoard, fault);
        _line.Arm(LineDirection.ToBoard, fault);
        await _far.WriteAsync(Encoding.ASCII.GetBytes(Line), default);
        await _far.WriteAsync("end\n"u8.ToArray(), default);
        await _line.WriteAsync(Encoding.ASCII.GetBytes(Line), default);
        await _line.WriteAsync("end\n"u8.ToArray(), default);
        foreach (var seen in new[] { await ReadToEndAsync(_line), await ReadToEndAsync(_far) })
        {
            var valid = seen.Split('\n').Count(l => BoardReply.TryParse(Encoding.Latin1.GetBytes(l.TrimEnd('\r')), out _));
            Assert.Multiple(() =>
            {
                Assert.That(seen, Does.EndWith("end\n"));
                Assert.That(valid, Is.EqualTo(fault switch { LineFault.Double => 2, LineFault.InsertGarbage => 1, _ => 0 }));
                Assert.That(seen.Length > "end\n".Length, Is.EqualTo(fault != LineFault.Drop));
                Assert.That(seen.Length == Line.Length + "end\n".Length, Is.EqualTo(fault is LineFault.FlipByte or LineFault.CorruptCrc));
            });
        }
    }

    [Test]
    public async Task Clearing_disarms()
    {
        _line.Arm(LineDirection.FromBoard, LineFault.Drop, 5);
        _line.Clear();
        await _far.WriteAsync("end\n"u8.ToArray(), default);
        Assert.That(await ReadAsync(_line), Is.EqualTo("end\n"));
    }

    private static async Task<string> ReadToEndAsync(ILink link)
    {
        var text = "";
        while (!text.EndsWith("end\n", StringComparison.Ordinal))
        {
            text += await ReadAsync(link);
        }

        return text;
    }

    private static async Task<string> ReadAsync(ILink link)
    {
        var buffer = new byte[1024];
        return Encoding.Latin1.GetString(buffer, 0, await link.ReadAsync(buffer, TestEnvironment.Timeout()));
    }
}
