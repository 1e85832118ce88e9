using Harness.Cli.Commands.Doctor;
using Harness.Bench.Devices;

namespace Harness.Cli.Tests.Commands;

/// <summary><c>harness doctor</c>: every component in one run, each fault with its fix.</summary>
public sealed class DoctorTests
{
    private static Dictionary<string, (string Health, string Seen, string? Fix)> Findings(TypedResult ended)
    {
        using var json = JsonDocument.Parse(ended.Stdout);
        return json.RootElement.GetProperty("findings").EnumerateArray().ToDictionary(
            f => f.GetProperty("component").GetString()!,
            f => (f.GetProperty("health").GetString()!, f.GetProperty("seen").GetString()!, f.GetProperty("fix").GetString()));
    }

    [Test]
    public async Task A_rig_that_is_well_is_said_to_be()
    {
        using var typed = new TypedCommand();
        var ended = await typed.RunAsync("doctor", "--rig", TypedCommand.Posix, "--json");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var found = Findings(ended);
        Assert.That(found["device p1"].Seen, Does.Match(@"^answers in \d+\.\d s: posix, build [0-9a-f]{8}, "));
        Assert.That(found.Keys, Is.SupersetOf(new[] { ".NET SDK", "compilers", "image of p1, p2", "device host", "device p2", "sensor climate", "sensor door", "broker port", "run records" }));
        Assert.That(found.Values.Where(f => f.Health == "ok").Select(f => f.Fix), Has.All.Null);
    }

    [TestCase("", false, Provenance.Unknown, "warning", "numbers of b are of unknown provenance", "add the line \"machine: physical\"")]
    [TestCase("machine: physical\n", false, Provenance.Hardware, "ok", "physical, as the rig says", null)]
    [TestCase("", false, Provenance.Hardware, "ok", "no virtual one, by its processor", null)]
    [TestCase("machine: physical\n", true, Provenance.Unknown, "warning", "virtual, although bench.yaml says", "take the line")]
    [TestCase("", true, Provenance.Unknown, "warning", "never hardware's", "the machine of the bench itself")]
    public void A_real_board_on_a_machine_that_may_be_virtual_is_told_with_the_line_to_add(
        string statement, bool isVirtual, Provenance provenance, string health, string seen, string? fix)
    {
        var rig = RigFile.Parse($"rig: r\n{statement}server: s\ndevices:\n  b: {{kind: serial, driver: tty, port: /dev/ttyUSB0}}\n", "bench.yaml");
        rig = rig with { Devices = new Dictionary<string, DeviceEntry> { ["b"] = rig.Devices["b"] with { Provenance = provenance } } };
        var found = MachineChecks.Machine(rig, isVirtual).Single();
        Assert.That((found.Component, found.Health.ToString().ToLowerInvariant()), Is.EqualTo(("machine", health)));
        Assert.That(found.Seen, Does.Contain(seen));
        Assert.That(found.Fix, fix is null ? Is.Null : Does.Contain(fix!));
    }

    [Test]
    public void A_rig_without_a_real_board_says_nothing_of_the_machine() =>
        Assert.That(MachineChecks.Machine(RigFile.Load(TypedCommand.Posix), isVirtual: true), Is.Empty);

    [Test]
    public async Task Everything_that_is_broken_is_told_at_once_each_with_its_fix()
    {
        using var typed = new TypedCommand();
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        var held = typed.Write("tty held", "");
        using var run = DeviceLock.Take("other", held);
        var rig = typed.Write("sick.yaml", $"""
            rig: sick
            server: s
            group: p256
            profile: rfc6628
            key_bits: 128
            broker: {"{"} kind: embedded, address: 127.0.0.1, port: {port} {"}"}
            devices:
              host: {"{"} kind: host {"}"}
              unbuilt: {"{"} kind: serial, driver: posix, elf: nowhere/posix {"}"}
              absent: {"{"} kind: serial, driver: tty, port: /dev/serial/by-id/none {"}"}
              busy: {"{"} kind: serial, driver: tty, port: 'tty held' {"}"}
              p1: {"{"} kind: serial, driver: posix, elf: '{Path.Combine(ProductPaths.Root, "rigs/firmware/build/posix")}' {"}"}
            roles: {"{"} host: host, board: p1 {"}"}
            sensors:
              climate: {"{"} kind: bme280, driver: i2c, bus: /dev/i2c-99, address: 0x76 {"}"}
            """);
        var ended = await typed.RunAsync("doctor", "--rig", rig, "--json");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        var found = Findings(ended);
        var broken = found.Where(f => f.Value.Health == "broken").ToDictionary();
        Assert.That(broken.Keys, Is.SupersetOf(new[] { "device unbuilt", "line of absent", "line of busy", "sensor climate", "broker port" }), ended.ToString());
        Assert.That(broken.Values.Select(f => f.Fix), Has.None.Null);
        Assert.That(broken["line of busy"].Seen, Does.Match($@"held by pid {Environment.ProcessId} of \S+ since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC"));
        Assert.That(broken["broker port"].Fix, Does.Contain($":{port}"));
        Assert.That(found["device p1"].Health, Is.EqualTo("ok"), "what one lacks never hides another");

        var words = await typed.RunAsync("doctor", "--rig", rig);
        Assert.That(words.ExitCode, Is.EqualTo(3), words.ToString());
        Assert.That(words.Stdout, Does.Contain("BROKEN   line of absent").And.Contain("fix: ls -l /dev/serial/by-id").And.Match(@"\d+ ok, \d+ warnings, \d+ broken"));
    }

    [TestCase("right-word", 0, "ok", "lets the harness in with user \"tester\"")]
    [TestCase("wrong-word", 3, "broken", "with user \"tester\": ")]
    public async Task An_external_broker_is_asked_whether_it_lets_the_harness_in(string password, int status, string health, string seen)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions
        {
            Passwords = login => Encoding.UTF8.GetString(login.Password.Span) == "right-word" ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword,
        });
        using var typed = new TypedCommand();
#pragma warning disable CA1416 // modes of files: Linux
        File.SetUnixFileMode(typed.Write("pw", password + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var rig = typed.Write("outside.yaml", $$"""
            rig: outside
            server: s
            broker: { kind: external, host: 127.0.0.1, port: {{broker.Endpoint.Port}}, user: tester, password_file: pw }
            devices:
              host: { kind: host }
            """);
        var ended = await typed.RunAsync("doctor", "--rig", rig, "--json");
        Assert.That(ended.ExitCode, Is.EqualTo(status), ended.ToString());
        var found = Findings(ended);
        Assert.That((found["broker login"].Health, found["broker port"].Health), Is.EqualTo((health, "ok")));
        Assert.That(found["broker login"].Seen, Does.StartWith(seen));
        Assert.That(ended.ToString(), Does.Not.Contain(password));
    }
}
