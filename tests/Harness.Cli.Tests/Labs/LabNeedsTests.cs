using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Labs;

/// <summary>The request of a run to Slurm, read from its features: boards by role or name, sensors, real hardware.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabNeedsTests
{
    private const string Bench = """
        rig: bench
        server: s
        devices:
          host: {kind: host}
          nucleo: {kind: serial, driver: tty, port: /dev/serial/by-id/one, elf: nucleo.elf, tick_unit: ticks, provenance: hardware}
          avr: {kind: serial, driver: tty, port: /dev/serial/by-id/two, elf: avr.elf, tick_unit: ticks, provenance: hardware}
        roles: {host: host, board: nucleo}
        sensors:
          climate: {kind: bme280, driver: i2c, bus: /dev/i2c-1, address: 0x76}
        """;

    private const string Emulated = """
        rig: emulated
        server: s
        devices:
          host: {kind: host}
          m4: {kind: serial, driver: qemu-stm32f405, elf: stm32f405.elf}
          m4b: {kind: serial, driver: qemu-stm32f405, elf: stm32f405.elf}
          avr: {kind: serial, driver: simavr-atmega328p, elf: avr.elf}
        roles: {host: host, board: m4, second board: m4b}
        sensors:
          climate: {kind: bme280, driver: model}
        """;

    private const string Reading = """
        Feature: A reading

          Scenario: It reaches the host
            Given a broker that pairs board with host on "lab/climate" using 128-bit keys
            And host and board are logged in
            When board publishes a reading of the BME280
            Then host opens the same reading
        """;

    // Slurm's files take no path with blanks.
    private readonly string _folder = Directory.CreateTempSubdirectory("harness-lab-needs-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_role_is_a_board_of_the_kind_that_plays_it()
    {
        var request = Request(WorkFolder.PassingBoard);
        Assert.That((request.Gres, string.Join(' ', request.Hosts)), Is.EqualTo(("board:nucleo:1", "pi1")));
        Assert.That(request.Told, Does.Contain("pi2 could run it on other kinds of boards: --matrix"));
    }

    [Test]
    public void A_second_board_is_asked_for_together_with_the_first()
    {
        var request = Request(WorkFolder.PassingBoard.Replace("And board is", "And second board is enrolled at the broker on group p256\n    And board is", StringComparison.Ordinal));
        Assert.That((request.Gres, string.Join(' ', request.Hosts)), Is.EqualTo(("board:stm32f405:2", "pi2")));
    }

    [Test]
    public void A_board_that_is_named_is_asked_for_by_its_kind_wherever_it_is()
    {
        var request = Request(WorkFolder.PassingBoard.Replace("board", "avr", StringComparison.Ordinal));
        Assert.That((request.Gres, string.Join(' ', request.Hosts), request.Told), Is.EqualTo(("board:avr:1", "pi1 pi2", (string?)null)));
    }

    [Test]
    public void A_sensor_that_is_no_model_is_asked_for_where_it_is_read() => Assert.That(Request(Reading).Gres, Is.EqualTo("board:nucleo:1,sensor:bme280:1"));

    [Test]
    public void A_scenario_for_hardware_goes_to_a_rig_with_a_real_board()
    {
        var request = Request(WorkFolder.PassingBoard.Replace("  Scenario", "  @hardware\n  Scenario", StringComparison.Ordinal).Replace("board", "avr", StringComparison.Ordinal));
        Assert.That((request.Gres, string.Join(' ', request.Hosts)), Is.EqualTo(("board:avr:1", "pi1")));
    }

    [Test]
    public void A_measurement_has_its_rig_alone()
    {
        var request = RequestOf("measure", "seal", "--device", "avr");
        Assert.That((request.Gres, string.Join(' ', request.Hosts), request.IsAlone), Is.EqualTo(("board:avr:1", "pi1 pi2", true)));
    }

    private LabRequest Request(string feature) => RequestOf(Write("one.feature", feature));

    private LabRequest RequestOf(params string[] words)
    {
        Write("pi1.yaml", Bench);
        Write("pi2.yaml", Emulated);
        var lab = Write("lab.yaml", "lab: garden\nshared: /srv/harness-lab\nrigs:\n  - {host: pi1, rig: pi1.yaml}\n  - {host: pi2, rig: pi2.yaml}\n");
        return LabSubmission.Request(LoadedLab.Load(lab), LabSubmission.Read(words).Parsed, new Dictionary<string, string>());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text + "\n");
        return path;
    }
}
