using System.Net;
using InconclusiveException = Harness.Record.InconclusiveException;

namespace Harness.Bench.Tests.Devices;

public class ExternalDeviceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly PartyIdentity Identity = new("sensor-7", "s", "pass phrase", "p256", "rfc6628");
    private readonly List<TestBench> _benches = [];

    [TearDown]
    public async Task TearDown()
    {
        foreach (var bench in _benches)
        {
            await bench.DisposeAsync();
        }

        _benches.Clear();
    }

    [Test]
    public void A_rig_names_its_client_and_command_and_nothing_of_a_board()
    {
        var entry = Rig("start: exec ./it, account: mine.yaml").Devices["own"];
        Assert.That((entry.Kind, entry.Client, entry.Start), Is.EqualTo((DeviceKind.External, "sensor-7", "exec ./it")));
        Assert.That(entry.Account, Is.EqualTo("/tmp/mine.yaml"), "beside the rig file");
        Assert.That(Assert.Throws<RigFileException>(() => Rig("driver: posix"))!.Problem, Does.Contain("\"driver\" does not go with kind external"));
        Assert.That(Assert.Throws<RigFileException>(() => RigFile.Parse("rig: r\nserver: s\ndevices: {h: {kind: host, start: x}}", "/tmp/r.yaml"))!.Problem,
            Does.Contain("\"start\" does not go with kind host"));
        Assert.That(RigFile.Parse("rig: r\nserver: s\ndevices: {own: {kind: external}}", "/tmp/r.yaml").Devices["own"].Client, Is.EqualTo("own"));
    }

    [Test]
    public async Task Its_command_is_told_where_and_who_by_environment_and_the_password_on_standard_input_alone()
    {
        await using var device = Start(
            "read -r p; echo $HARNESS_HOST $HARNESS_PORT $HARNESS_CLIENT $HARNESS_SERVER $HARNESS_METHOD $HARNESS_GROUP $HARNESS_PROFILE; echo ${#p}; env | grep -c phrase; pwd");
        await device.Ended.WaitAsync(Limit);
        Assert.That(device.Printed, Is.EqualTo("127.0.0.1 1883 sensor-7 s AUGPAKE-RFC6628-P256 p256 rfc6628 | 11 | 0 | /tmp"));
        Assert.That(device.ExitCode, Is.Zero);
    }

    [Test]
    public async Task The_output_of_its_command_is_kept_without_the_password_and_in_bounds()
    {
        await using var device = Start("read -r p; for i in $(seq 30); do echo \"$i $p\"; done; exit 5");
        await device.Ended.WaitAsync(Limit);
        Assert.That(device.Printed, Does.StartWith("11 <redacted> | ").And.EndsWith("30 <redacted>").And.Not.Contain("phrase"));
        Assert.That(device.ExitCode, Is.EqualTo(5));
    }

    [Test]
    public async Task A_line_without_end_fills_no_memory_and_the_next_one_is_kept()
    {
        using var stop = new CancellationTokenSource(Limit);
        var before = GC.GetTotalAllocatedBytes();
        await using var device = Start("read -r p; printf 'start '; head -c 64000000 /dev/zero | tr '\\0' x; echo; echo after; printf last");
        await device.Ended.WaitAsync(Limit);
        Assert.That(device.Printed, Does.StartWith("start xxx").And.EndsWith("... (4,000 characters) | after | last"));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(100_000_000), "two bytes a character would be 128 MB, and a builder doubles");
    }

    [Test]
    public async Task One_that_leaves_its_output_to_a_process_of_its_own_session_ends_all_the_same()
    {
        var device = Start("read -r p; echo first; setsid sleep 8 & exit 0");
        while (device.Printed.Length == 0)
        {
            await Task.Yield();
        }

        await device.DisposeAsync();
        Assert.That(device.Ended.IsCompleted, Is.True, "nothing goes on reading");
    }

    [Test]
    public async Task It_ends_with_all_it_started()
    {
        var device = Start("read -r p; sleep 600 & echo $!; wait");
        while (device.Printed.Length == 0)
        {
            await Task.Yield();
        }

        var child = int.Parse(device.Printed, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(Directory.Exists($"/proc/{child}"), Is.True);
        await device.DisposeAsync();
        Assert.That(device.Ended.IsCompleted, Is.True);
        Assert.That(File.Exists($"/proc/{child}/stat") && !File.ReadAllText($"/proc/{child}/stat").Contains(") Z "), Is.False, "the child of the command");
    }

    [Test]
    public async Task A_device_that_a_person_starts_is_waited_for()
    {
        await using var device = Bench("").StartExternal("own", new IPEndPoint(IPAddress.Loopback, 1883), Identity);
        Assert.That((device.Ended.IsCompleted, device.ProcessId, device.ExitCode, device.Printed), Is.EqualTo((false, (int?)null, (int?)null, "")));
    }

    [Test]
    public void An_external_device_is_no_party_and_a_party_is_no_external_device()
    {
        var bench = Bench("");
        Assert.That(async () => await bench.GetPartyAsync("own", CancellationToken.None), Throws.TypeOf<InconclusiveException>());
        Assert.That(() => bench.StartExternal("h", new IPEndPoint(IPAddress.Loopback, 1883), Identity), Throws.TypeOf<InconclusiveException>());
        Assert.That(bench.IdentityOf("own", "x").Client, Is.EqualTo("sensor-7"));
    }

    private static RigFile Rig(string more) => RigFile.Parse(
        $"rig: r\nserver: s\ndevices:\n  h: {{kind: host}}\n  own: {{kind: external, client: sensor-7{(more.Length > 0 ? ", " + more : "")}}}\n", "/tmp/r.yaml");

    private TestBench Bench(string more)
    {
        _benches.Add(new TestBench(Rig(more), new TestBenchOptions()));
        return _benches[^1];
    }

    private ExternalDevice Start(string command) => Bench("start: " + System.Text.Json.JsonSerializer.Serialize(command))
        .StartExternal("own", new IPEndPoint(IPAddress.Loopback, 1883), Identity);
}
