namespace Harness.Bench.Tests.Rig;

/// <summary>YAML's merge key in rig files.</summary>
public sealed class MergeKeyTests
{
    private const string Head = "rig: r\nserver: s\ndevices:\n  h: {kind: host}\n";

    [Test]
    public void A_mapping_takes_over_the_keys_it_does_not_state_itself([Values("\n", "\r\n")] string end)
    {
        var rig = RigFile.Parse((Head + """
              b1: &b
                kind: serial
                driver: tty
                port: /dev/ttyUSB0
                baud: 57600
              b2:
                port: /dev/ttyUSB1
                <<: *b
              b3: {<<: *b, port: /dev/ttyUSB2, baud: 9600}
            roles: {host: h, board: b1}
            """).ReplaceLineEndings(end), "r.yaml");
        Assert.That(rig.Devices.Values.Skip(1).Select(d => $"{d.Name} {d.Driver} {d.Port} {d.Serial.Baud}"), Is.EqualTo(new[]
        {
            "b1 Tty /dev/ttyUSB0 57600", "b2 Tty /dev/ttyUSB1 57600", "b3 Tty /dev/ttyUSB2 9600",
        }));
    }

    [Test]
    public void Of_several_the_first_wins_and_what_is_taken_over_may_itself_take_over()
    {
        var rig = RigFile.Parse(Head + """
              a: &a {kind: serial, driver: tty, port: /dev/ttyUSB0, baud: 9600}
              b: &b {<<: *a, port: /dev/ttyUSB1, baud: 57600}
              c: {<<: [*b, *a], port: /dev/ttyUSB2}
            """, "r.yaml");
        Assert.That(rig.Devices["c"].Serial.Baud, Is.EqualTo(57600));
        Assert.That(rig.Devices["b"].Driver, Is.EqualTo(rig.Devices["a"].Driver));
    }

    [Test]
    public void A_section_of_the_rig_itself_may_be_taken_over()
    {
        var rig = RigFile.Parse("rig: r\nserver: s\ntimeouts: &t {reply: 3 s}\ndevices:\n  h: {kind: host}\n", "r.yaml");
        var merged = RigFile.Parse("rig: r\nserver: s\ntimeouts: {<<: {reply: 3 s}, boot: 9 s}\ndevices:\n  h: {kind: host}\n", "r.yaml");
        Assert.That((merged.Timeouts.Reply, merged.Timeouts.Boot), Is.EqualTo((rig.Timeouts.Reply, TimeSpan.FromSeconds(9))));
    }

    [TestCase("  b: {<<: {kind: serial, drivr: tty}, port: /dev/ttyUSB0}\n", "r.yaml:5:", "unknown key \"drivr\"", "driver")]
    [TestCase("  b: {<<: tty, port: /dev/ttyUSB0}\n", "r.yaml:5:", "takes over the keys of a mapping", "")]
    [TestCase("  b: {<<: [{kind: serial}, 7], port: /dev/ttyUSB0}\n", "r.yaml:5:", "takes over the keys of a mapping", "")]
    [TestCase("  b: {\"<<\": {kind: serial}, port: /dev/ttyUSB0}\n", "r.yaml:5:", "unknown key \"<<\"", "")]
    [TestCase("  b: {<<: *nobody, port: /dev/ttyUSB0}\n", "r.yaml:", "not valid YAML", "nobody")]
    [TestCase("  b: &b {<<: *b, port: /dev/ttyUSB0}\n", "r.yaml:", "", "")]
    public void A_merge_key_without_a_mapping_is_refused_by_its_line(string device, string place, string says, string near)
    {
        var error = Assert.Throws<RigFileException>(() => RigFile.Parse(Head + device, "r.yaml"));
        Assert.That(error!.Message, Does.StartWith(place).And.Contain(says).And.Contain(near));
    }

    [Test]
    public void A_rig_in_another_encoding_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("rig.yaml");
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes("rig: r\nserver: Prüfstand\ndevices:\n  h: {kind: host}\n"));
        Assert.That(() => RigFile.Load(path), Throws.TypeOf<RigFileException>().With.Message.Contains("rig.yaml:2:11: is not UTF-8"));
    }
}
